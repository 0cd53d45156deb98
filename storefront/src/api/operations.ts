// Written by scripts/client.mjs from openapi.json; `npm run client` writes it anew.
import { call } from './call'
import type { components } from './schema'

export type Schemas = components['schemas']

/** The cart with today's prices */
export function getCart(): Promise<Array<Schemas['CartLineOut']>> {
  return call('GET', '/cart', {})
}

/** Add pieces to the cart */
export function postCart(wish: { body: Schemas['CartLineIn'] }): Promise<Array<Schemas['CartLineOut']>> {
  return call('POST', '/cart', wish)
}

/** Take a line out of the cart */
export function deleteCartBySku(wish: { path: { sku: string } }): Promise<Array<Schemas['CartLineOut']>> {
  return call('DELETE', '/cart/{sku}', wish)
}

/** Set how many pieces are in the cart */
export function putCartBySku(wish: { path: { sku: string }; body: Schemas['QuantityIn'] }): Promise<Array<Schemas['CartLineOut']>> {
  return call('PUT', '/cart/{sku}', wish)
}

/** The tree of categories */
export function getCategories(): Promise<Array<Schemas['CategoryOut']>> {
  return call('GET', '/categories', {})
}

/** What an order would cost; nothing is ordered */
export function postCheckoutQuote(wish: { body: Schemas['QuoteIn'] }): Promise<Schemas['QuoteOut']> {
  return call('POST', '/checkout/quote', wish)
}

/** My claims, newest first */
export function getClaims(wish: { query?: { before?: number | null; limit?: number } } = {}): Promise<Array<Schemas['ClaimOut']>> {
  return call('GET', '/claims', wish)
}

/** One of my claims */
export function getClaimsByNumber(wish: { path: { number: string } }): Promise<Schemas['ClaimOut']> {
  return call('GET', '/claims/{number}', wish)
}

/** Say that the goods are on their way */
export function postClaimsByNumberSentBack(wish: { path: { number: string }; body: Schemas['ParcelIn'] }): Promise<Schemas['ClaimOut']> {
  return call('POST', '/claims/{number}/sent-back', wish)
}

/** Withdraw a claim */
export function postClaimsByNumberWithdraw(wish: { path: { number: string } }): Promise<Schemas['ClaimOut']> {
  return call('POST', '/claims/{number}/withdraw', wish)
}

/** Send a code to a phone */
export function postCodes(wish: { body: Schemas['CodeIn'] }): Promise<Schemas['CodeSentOut']> {
  return call('POST', '/codes', wish)
}

/** The provinces, or what is below a division */
export function getDivisions(wish: { query?: { parent?: string | null } } = {}): Promise<Array<Schemas['DivisionOut']>> {
  return call('GET', '/divisions', wish)
}

/** One division with those above it */
export function getDivisionsByCode(wish: { path: { code: string } }): Promise<Schemas['PlaceOut']> {
  return call('GET', '/divisions/{code}', wish)
}

/** Whose invitation this is */
export function getInvitationsByInviteCode(wish: { path: { invite_code: string } }): Promise<Schemas['InviterOut']> {
  return call('GET', '/invitations/{invite_code}', wish)
}

/** Sign in with a phone and a code */
export function postLogIn(wish: { body: Schemas['LogInIn'] }): Promise<Schemas['SignedInOut']> {
  return call('POST', '/log-in', wish)
}

/** End this session */
export function postLogOut(): Promise<void> {
  return call('POST', '/log-out', {})
}

/** Who I am */
export function getMe(): Promise<Schemas['MeOut']> {
  return call('GET', '/me', {})
}

/** Change my name or language */
export function patchMe(wish: { body: Schemas['MeIn'] }): Promise<Schemas['MeOut']> {
  return call('PATCH', '/me', wish)
}

/** My addresses, the default one first */
export function getMeAddresses(): Promise<Array<Schemas['AddressOut']>> {
  return call('GET', '/me/addresses', {})
}

/** Add an address */
export function postMeAddresses(wish: { body: Schemas['NewAddressIn'] }): Promise<Schemas['AddressOut']> {
  return call('POST', '/me/addresses', wish)
}

/** Forget an address */
export function deleteMeAddressesByAddressId(wish: { path: { address_id: number } }): Promise<void> {
  return call('DELETE', '/me/addresses/{address_id}', wish)
}

/** One of my addresses */
export function getMeAddressesByAddressId(wish: { path: { address_id: number } }): Promise<Schemas['AddressOut']> {
  return call('GET', '/me/addresses/{address_id}', wish)
}

/** Write an address anew */
export function putMeAddressesByAddressId(wish: { path: { address_id: number }; body: Schemas['AddressIn'] }): Promise<Schemas['AddressOut']> {
  return call('PUT', '/me/addresses/{address_id}', wish)
}

/** Offer this address first */
export function postMeAddressesByAddressIdDefault(wish: { path: { address_id: number } }): Promise<Schemas['AddressOut']> {
  return call('POST', '/me/addresses/{address_id}/default', wish)
}

/** That an award of mine is sealed */
export function getMeAwardProof(wish: { query: { batch: number; position?: number } }): Promise<Record<string, unknown>> {
  return call('GET', '/me/award-proof', wish)
}

/** My awards and why, newest first */
export function getMeAwards(wish: { query?: { state?: "pending" | "released" | "voided" | "clawed_back" | null; before?: number | null; limit?: number } } = {}): Promise<Schemas['AwardsOut']> {
  return call('GET', '/me/awards', wish)
}

/** My commission in figures */
export function getMeCommission(): Promise<Schemas['CommissionOut']> {
  return call('GET', '/me/commission', {})
}

/** My money, line by line, oldest first */
export function getMeCommissionStatement(wish: { query?: { account?: "cash" | "pending" | "receivable"; cursor?: string; limit?: number } } = {}): Promise<Schemas['CommissionStatementOut']> {
  return call('GET', '/me/commission/statement', wish)
}

/** Put my real name forward for verification */
export function postMeIdentity(wish: { body: Schemas['IdentityIn'] }): Promise<Schemas['MeOut']> {
  return call('POST', '/me/identity', wish)
}

/** My invitation */
export function getMeInvitation(): Promise<Schemas['InvitationOut']> {
  return call('GET', '/me/invitation', {})
}

/** My invitation as a picture */
export function getMeInvitationQrSvg(): Promise<void> {
  return call('GET', '/me/invitation/qr.svg', {})
}

/** That what I am owed was counted on a day */
export function getMeLiabilityProof(wish: { query?: { asset?: "CNY" | "POINT"; on?: string | null } } = {}): Promise<Record<string, unknown>> {
  return call('GET', '/me/liability-proof', wish)
}

/** Move my account to a new phone */
export function putMePhone(wish: { body: Schemas['PhoneIn'] }): Promise<Schemas['MeOut']> {
  return call('PUT', '/me/phone', wish)
}

/** Send a code to my new phone */
export function postMePhoneCodes(wish: { body: Schemas['NewPhoneIn'] }): Promise<Schemas['NewPhoneCodeSentOut']> {
  return call('POST', '/me/phone/codes', wish)
}

/** My points */
export function getMePoints(): Promise<Schemas['MyPointsOut']> {
  return call('GET', '/me/points', {})
}

/** My grants, newest first */
export function getMePointsGrants(wish: { query?: { limit?: number } } = {}): Promise<Array<Schemas['PointsGrantOut']>> {
  return call('GET', '/me/points/grants', wish)
}

/** My points, line by line, oldest first */
export function getMePointsStatement(wish: { query?: { cursor?: string; limit?: number } } = {}): Promise<Schemas['PointsStatementOut']> {
  return call('GET', '/me/points/statement', wish)
}

/** Why I have, or had, my ranks */
export function getMeRanks(): Promise<Array<Schemas['RankGrantOut']>> {
  return call('GET', '/me/ranks', {})
}

/** My devices */
export function getMeSessions(): Promise<Array<Schemas['SessionOut']>> {
  return call('GET', '/me/sessions', {})
}

/** Sign a device out */
export function deleteMeSessionsBySessionId(wish: { path: { session_id: number } }): Promise<void> {
  return call('DELETE', '/me/sessions/{session_id}', wish)
}

/** My account, transfer by transfer */
export function getMeStatement(wish: { query?: { account?: "cash" | "paid_in" | "pending" | "receivable" | "points" | "points_pending"; after_batch?: number; after_position?: number } } = {}): Promise<Array<Schemas['StatementLineOut']>> {
  return call('GET', '/me/statement', wish)
}

/** How many came by me, level by level */
export function getMeTeam(): Promise<Schemas['TeamOut']> {
  return call('GET', '/me/team', {})
}

/** Who came by me */
export function getMeTeamMembers(wish: { query?: { depth?: number; cursor?: string; limit?: number } } = {}): Promise<Schemas['TeamPageOut']> {
  return call('GET', '/me/team/members', wish)
}

/** That a transfer of mine is sealed */
export function getMeTransferProof(wish: { query: { batch: number; position?: number } }): Promise<Record<string, unknown>> {
  return call('GET', '/me/transfer-proof', wish)
}

/** Who stands above me */
export function getMeUpline(): Promise<Array<Schemas['UplineOut']>> {
  return call('GET', '/me/upline', {})
}

/** My withdrawals, newest first */
export function getMeWithdrawals(wish: { query?: { before?: string; limit?: number } } = {}): Promise<Array<Schemas['WithdrawalOut']>> {
  return call('GET', '/me/withdrawals', wish)
}

/** Ask for a withdrawal */
export function postMeWithdrawals(wish: { body: Schemas['WithdrawalIn'] }): Promise<Schemas['WithdrawalOut']> {
  return call('POST', '/me/withdrawals', wish)
}

/** What a withdrawal would cost */
export function postMeWithdrawalsQuote(wish: { body: Schemas['WithdrawalQuoteIn'] }): Promise<Schemas['WithdrawalQuoteOut']> {
  return call('POST', '/me/withdrawals/quote', wish)
}

/** One of my withdrawals */
export function getMeWithdrawalsByNumber(wish: { path: { number: string } }): Promise<Schemas['WithdrawalOut']> {
  return call('GET', '/me/withdrawals/{number}', wish)
}

/** My orders, newest first */
export function getOrders(wish: { query?: { status?: "unpaid" | "paid" | "shipped" | "received" | "closed" | "cancelled" | "timed_out" | "refunded" | null; before?: number | null; limit?: number } } = {}): Promise<Array<Schemas['OrderSummaryOut']>> {
  return call('GET', '/orders', wish)
}

/** Place an order */
export function postOrders(wish: { body: Schemas['OrderIn'] }): Promise<Schemas['PlacedOrderOut']> {
  return call('POST', '/orders', wish)
}

/** How many of my orders are in each status */
export function getOrdersCounts(): Promise<Record<string, number>> {
  return call('GET', '/orders/counts', {})
}

/** One of my orders in full */
export function getOrdersByNumber(wish: { path: { number: string } }): Promise<Schemas['OrderOut']> {
  return call('GET', '/orders/{number}', wish)
}

/** Cancel an order that is not paid */
export function postOrdersByNumberCancel(wish: { path: { number: string }; body: Schemas['ReasonIn'] }): Promise<Schemas['OrderOut']> {
  return call('POST', '/orders/{number}/cancel', wish)
}

/** Ask for money back */
export function postOrdersByNumberClaims(wish: { path: { number: string }; body: Schemas['ClaimIn'] }): Promise<Schemas['ClaimOut']> {
  return call('POST', '/orders/{number}/claims', wish)
}

/** Open the cashier */
export function postOrdersByNumberPay(wish: { path: { number: string }; body: Schemas['PayIn'] }): Promise<Schemas['StartedPaymentOut']> {
  return call('POST', '/orders/{number}/pay', wish)
}

/** Confirm that the goods are here */
export function postOrdersByNumberReceipt(wish: { path: { number: string } }): Promise<Schemas['OrderOut']> {
  return call('POST', '/orders/{number}/receipt', wish)
}

/** Where an order can be paid */
export function getPaymentGateways(): Promise<Array<string>> {
  return call('GET', '/payment-gateways', {})
}

/** The plans in force, with their proven worst case */
export function getPlans(): Promise<Array<Schemas['PlanOut']>> {
  return call('GET', '/plans', {})
}

/** One plan in force, with its document */
export function getPlansByKey(wish: { path: { key: string } }): Promise<Schemas['PlanDocumentOut']> {
  return call('GET', '/plans/{key}', wish)
}

/** The pools and what is left in them */
export function getPointsPools(): Promise<Array<Schemas['PoolOut']>> {
  return call('GET', '/points/pools', {})
}

/** Supply, reserve, floor and ceiling */
export function getPointsSupply(): Promise<Schemas['SupplyOut']> {
  return call('GET', '/points/supply', {})
}

/** Products on sale, one page */
export function getProducts(wish: { query?: { category_id?: number | null; kind?: "goods" | "gift_pack" | "service" | "virtual" | null; search?: string; sort?: "position" | "newest" | "price_up" | "price_down"; offset?: number; limit?: number } } = {}): Promise<Array<Schemas['ProductOut']>> {
  return call('GET', '/products', wish)
}

/** One product with its variants */
export function getProductsByCode(wish: { path: { code: string } }): Promise<Schemas['ProductDetailOut']> {
  return call('GET', '/products/{code}', wish)
}

/** What buying a product gives its buyer */
export function getProductsByCodeGifts(wish: { path: { code: string } }): Promise<Schemas['ProductGiftsOut']> {
  return call('GET', '/products/{code}/gifts', wish)
}

/** The newest seals and the public key that signs them */
export function getSeals(wish: { query?: { before?: number | null } } = {}): Promise<Schemas['SealsOut']> {
  return call('GET', '/seals', wish)
}

/** That one seal is the beginning of another */
export function getSealsConsistency(wish: { query: { old_size: number; size: number } }): Promise<Schemas['ConsistencyOut']> {
  return call('GET', '/seals/consistency', wish)
}

/** The newest checkpoint */
export function getSealsLatest(): Promise<Schemas['SealOut']> {
  return call('GET', '/seals/latest', {})
}

/** What was owed in all, day by day */
export function getSealsLiabilities(): Promise<Array<Schemas['LiabilitiesOut']>> {
  return call('GET', '/seals/liabilities', {})
}

/** The checkpoint of this many entries */
export function getSealsBySize(wish: { path: { size: number } }): Promise<Schemas['SealOut']> {
  return call('GET', '/seals/{size}', wish)
}

/** Open an account with a phone and a code */
export function postSignUp(wish: { body: Schemas['SignUpIn'] }): Promise<Schemas['SignedInOut']> {
  return call('POST', '/sign-up', wish)
}

/** Name, colours and home page */
export function getStorefront(): Promise<Schemas['StorefrontOut']> {
  return call('GET', '/storefront', {})
}
