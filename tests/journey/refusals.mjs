// What a client made with the public library must refuse: answers of the server that somebody has changed on their way.
// Everything that is changed here was true before, so that nothing but the change can be the reason.
import * as client from 'openid-client'
import { exportJWK, generateKeyPair } from 'jose'
import { callback, issuer, options } from './start.mjs'

const { CLIENT_ID, CLIENT_SECRET, REGISTRATION_TOKEN } = process.env
const proof = client.ClientSecretBasic(CLIENT_SECRET)

async function refused(what, attempt) {
  const fault = await attempt().then(
    () => ({ code: 'ACCEPTED' }),
    (fault) => fault,
  )
  console.log('refused', what, fault.code)
}

// Sends a person through a request; answers the address they came back with and what to check it with.
async function asked(config, redirectUri, visit) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()]
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  })
  const answer = await visit(address)
  return { answer, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } }
}

// The address after a change of its parameters.
function changed(address, change) {
  const other = new URL(address)
  change(other.searchParams)
  return other
}

// A JWT with other claims, and the signature that it had.
function forged(jwt, claims) {
  const [header, payload, signature] = jwt.split('.')
  const told = { ...JSON.parse(Buffer.from(payload, 'base64url')), ...claims }
  return [header, Buffer.from(JSON.stringify(told)).toString('base64url'), signature].join('.')
}

async function theIssuer() {
  const elsewhere = new URL(issuer)
  elsewhere.hostname = elsewhere.hostname === 'localhost' ? '127.0.0.1' : 'localhost'
  await refused('metadata of another issuer', () => client.discovery(elsewhere, CLIENT_ID, {}, proof, options))
}

async function theAnswer(config, { answer, checks }) {
  const grant = (change) => () => client.authorizationCodeGrant(config, changed(answer, change), checks)
  await refused('answer of another issuer', grant((told) => told.set('iss', 'https://attacker.example')))
  await refused('answer without issuer', grant((told) => told.delete('iss')))
  await refused('answer with two issuers', grant((told) => told.append('iss', 'https://attacker.example')))
  await refused('answer to another request', grant((told) => told.set('state', 'another')))
  await refused('answer without state', grant((told) => told.delete('state')))
}

// The code is redeemed once, and what came of it is changed in each way.
async function theTokens(config, { answer, checks }) {
  let real
  let change = {}
  config[client.customFetch] = async (address, request) => {
    if (address !== config.serverMetadata().token_endpoint) return fetch(address, request)
    real ??= await (await fetch(address, request)).json()
    return Response.json({ ...real, id_token: change ? forged(real.id_token, change) : real.id_token })
  }
  const grant = (claims, with_ = checks) => () => {
    change = claims
    return client.authorizationCodeGrant(config, answer, with_)
  }
  await refused('ID token of another issuer', grant({ iss: 'https://attacker.example' }))
  await refused('ID token for another client', grant({ aud: 'another' }))
  await refused('ID token of another request', grant({ nonce: 'another' }))
  await refused('ID token that has expired', grant({ exp: 1_000 }))
  await refused('ID token without a fresh sign-in', grant({ auth_time: 1_000 }, { ...checks, maxAge: 300 }))
  client.enableNonRepudiationChecks(config)
  await refused('ID token of another person', grant({ sub: 'another' }))
  const tokens = await grant(undefined)()
  await refused('userinfo of another person', () => client.fetchUserInfo(config, tokens.access_token, 'another'))
  const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  console.log('believed', Boolean(person.name))
}

// An answer that is signed: no member of it can be changed, and none stands beside it.
async function theSignedAnswer() {
  const { redirectUri, visit } = await callback()
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const metadata = {
    client_name: 'A careful client',
    application_type: 'native',
    redirect_uris: [redirectUri],
    scope: 'openid profile',
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'own', alg: 'ES256' }] },
    token_endpoint_auth_method: 'private_key_jwt',
    authorization_signed_response_alg: 'ES256',
    id_token_signed_response_alg: 'ES256',
  }
  const key = client.PrivateKeyJwt({ key: privateKey, kid: 'own' })
  const registered = { initialAccessToken: REGISTRATION_TOKEN, ...options }
  const config = await client.dynamicClientRegistration(issuer, metadata, key, registered)
  const plain = new client.Configuration(config.serverMetadata(), CLIENT_ID, {}, proof)
  client.useJwtResponseMode(config)
  client.useJwtResponseMode(plain)
  const { answer, checks } = await asked(config, redirectUri, visit)
  const grant = (claims) => () => {
    const other = changed(answer, (told) => told.set('response', forged(told.get('response'), claims)))
    return client.authorizationCodeGrant(config, other, checks)
  }
  await refused('signed answer with another code', grant({ code: 'another' }))
  await refused('signed answer of another issuer', grant({ iss: 'https://attacker.example' }))
  await refused('signed answer for another client', () => client.authorizationCodeGrant(plain, answer, checks))
  const tokens = await client.authorizationCodeGrant(config, answer, checks)
  console.log('believed', Boolean(tokens.claims().sub))
}

await theIssuer()
const config = await client.discovery(issuer, CLIENT_ID, CLIENT_SECRET, proof, options)
const { redirectUri, visit } = await callback()
const told = await asked(config, redirectUri, visit)
await theAnswer(config, told)
await theTokens(config, told)
await theSignedAnswer()
