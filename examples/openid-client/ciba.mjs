// A question to somebody who is elsewhere (OpenID CIBA): they find it under /account/requests, and compare the message.
import * as client from 'openid-client'
import { issuer, needed, options } from './start.mjs'

const { CLIENT_ID, CLIENT_SECRET, PERSON } = needed('CLIENT_ID', 'CLIENT_SECRET', 'PERSON')
const config = await client.discovery(issuer, CLIENT_ID, CLIENT_SECRET, client.ClientSecretBasic(), options)

const asked = await client.initiateBackchannelAuthentication(config, {
  scope: 'openid profile',
  login_hint: PERSON,
  binding_message: 'W4SCT',
})
console.log('asked, for seconds', asked.expires_in)

const tokens = await client.pollBackchannelAuthenticationGrant(config, asked)
const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
console.log('allowed by', person.name)
