// A client that registers itself (RFC 7591), looks at what is stored, changes it, and goes again (RFC 7592).
import * as client from 'openid-client'
import { issuer, needed, options } from './start.mjs'

const { REGISTRATION_TOKEN } = needed('REGISTRATION_TOKEN')
const config = await client.dynamicClientRegistration(
  issuer,
  {
    client_name: 'Partner portal',
    redirect_uris: ['https://portal.example/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid profile offline_access',
    token_endpoint_auth_method: 'client_secret_basic',
  },
  client.ClientSecretBasic(),
  { initialAccessToken: REGISTRATION_TOKEN, ...options },
)
const { client_id, registration_client_uri, registration_access_token } = config.clientMetadata()
console.log('registered', client_id)

const address = new URL(registration_client_uri)
const json = new Headers({ 'content-type': 'application/json' })
const read = await client.fetchProtectedResource(config, registration_access_token, address, 'GET')
const kept = await read.json()
// These are the server's to say, and must not come back.
const said = ['registration_access_token', 'registration_client_uri', 'client_id_issued_at', 'client_secret_expires_at']
for (const member of said) delete kept[member]

const changed = JSON.stringify({ ...kept, client_name: 'Portal of our partners' })
const put = await client.fetchProtectedResource(config, registration_access_token, address, 'PUT', changed, json)
const stored = await put.json()
console.log('changed to', stored.client_name)

// The change gave a new token, and ended the old one.
const gone = await client.fetchProtectedResource(config, stored.registration_access_token, address, 'DELETE')
console.log('removed', gone.status)
