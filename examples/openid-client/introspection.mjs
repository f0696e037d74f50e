// What a token is worth (RFC 7662), in an answer that is signed (RFC 9701), before and after it is revoked (RFC 7009).
import * as client from 'openid-client'
import { issuer, needed, options } from './start.mjs'

const { CLIENT_ID, CLIENT_SECRET } = needed('CLIENT_ID', 'CLIENT_SECRET')
// Without the algorithm the answer is plain JSON.
const metadata = { client_secret: CLIENT_SECRET, introspection_signed_response_alg: 'RS256' }
const config = await client.discovery(issuer, CLIENT_ID, metadata, client.ClientSecretBasic(), options)
client.enableNonRepudiationChecks(config)

const tokens = await client.clientCredentialsGrant(config, { scope: 'feedback:read' })
const before = await client.tokenIntrospection(config, tokens.access_token)
console.log('before', before.active, before.scope)

await client.tokenRevocation(config, tokens.access_token)
const after = await client.tokenIntrospection(config, tokens.access_token)
console.log('after', after.active)
