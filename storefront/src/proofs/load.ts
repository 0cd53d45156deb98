/** The part of the program that checks proofs: fetched by a browser when it is wanted, in the bundle everywhere else. */
// #ifndef H5
import { check as bundled } from './check'
// #endif
import type { Proof, Proven } from './check'

export async function checker(): Promise<(proof: Proof, keys?: string[]) => Proven> {
  // #ifdef H5
  return (await import('./check')).check
  // #endif
  // #ifndef H5
  return bundled
  // #endif
}
