// Writes src/api/schema.ts (types) and src/api/operations.ts (one function for each operation) from openapi.json. They
// are made for every build and never kept, so they can't be stale; openapi.json is kept, and `make check` fails when the
// code says anything else (`tongbao openapi storefront/openapi.json` writes it anew).
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const HEADER = '// Written by scripts/client.mjs from openapi.json.\n'

const upper = (word) => word.charAt(0).toUpperCase() + word.slice(1)
const camel = (word) => word.split(/[_-]/).map((part, place) => (place ? upper(part) : part)).join('')

// GET /me/team/members → getMeTeamMembers; POST /orders/{number}/pay → postOrdersByNumberPay
export function nameOf(method, path) {
  const parts = path.split('/').filter(Boolean)
  return method + parts.map((part) => upper(camel(part.startsWith('{') ? `by_${part.slice(1, -1)}` : part.replace('.', '_')))).join('')
}

function typeOf(schema) {
  if (!schema) return 'void'
  if (schema.$ref) return `Schemas['${schema.$ref.split('/').pop()}']`
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ')
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.type === 'array') return `Array<${typeOf(schema.items)}>`
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'boolean') return 'boolean'
  if (schema.type === 'null') return 'null'
  if (schema.type === 'object') {
    const further = schema.additionalProperties
    return further && typeof further === 'object' ? `Record<string, ${typeOf(further)}>` : 'Record<string, unknown>'
  }
  return 'string'
}

function fieldsOf(parameters, place) {
  const mine = parameters.filter((one) => one.in === place)
  if (!mine.length) return null
  const optional = mine.every((one) => !one.required)
  const fields = mine.map((one) => `${one.name}${one.required ? '' : '?'}: ${typeOf(one.schema)}`)
  return { text: `{ ${fields.join('; ')} }`, optional }
}

export function operationOf(method, path, operation) {
  const short = path.replace('/api/v1', '')
  const parameters = operation.parameters ?? []
  const body = operation.requestBody?.content?.['application/json']?.schema
  const wants = [
    ['path', fieldsOf(parameters, 'path')],
    ['query', fieldsOf(parameters, 'query')],
    ['body', body ? { text: typeOf(body), optional: false } : null],
  ].filter(([, wish]) => wish)
  const good = Object.entries(operation.responses).find(([code]) => code.startsWith('2'))
  const content = good[1].content?.['application/json']?.schema
  const optional = wants.every(([, wish]) => wish.optional)
  const shape = wants.map(([key, wish]) => `${key}${wish.optional ? '?' : ''}: ${wish.text}`).join('; ')
  const parameter = wants.length ? `wish: { ${shape} }${optional ? ' = {}' : ''}` : ''
  const passed = wants.length ? 'wish' : '{}'
  return [
    `/** ${operation.summary ?? ''} */`,
    `export function ${nameOf(method, short)}(${parameter}): Promise<${typeOf(content)}> {`,
    `  return call('${method.toUpperCase()}', '${short}', ${passed})`,
    '}',
  ].join('\n')
}

export async function written(text) {
  const document = JSON.parse(text)
  const schema = HEADER + astToString(await openapiTS(text))
  const operations = Object.entries(document.paths)
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => operationOf(method, path, one)))
  const intro = "import { call } from './call'\nimport type { components } from './schema'\n\nexport type Schemas = components['schemas']\n"
  return { 'schema.ts': schema, 'operations.ts': `${HEADER}${intro}\n${operations.join('\n\n')}\n` }
}

async function main() {
  const files = await written(readFileSync(join(root, 'openapi.json'), 'utf8'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'src/api', name), text)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
