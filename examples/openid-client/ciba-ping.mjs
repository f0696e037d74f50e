// A question to somebody who is elsewhere (OpenID CIBA), whose answer the server announces: the client need not ask in vain.
import http from 'node:http'
import { once } from 'node:events'
import { json } from 'node:stream/consumers'
import * as client from 'openid-client'
import { issuer, needed, options } from './start.mjs'

const { REGISTRATION_TOKEN, PERSON } = needed('REGISTRATION_TOKEN', 'PERSON')
const receiver = http.createServer()
receiver.listen(0, '127.0.0.1')
await once(receiver, 'listening')
const told = once(receiver, 'request')

const grant = 'urn:openid:params:grant-type:ciba'
const config = await client.dynamicClientRegistration(
  issuer,
  {
    client_name: 'A client that is pinged',
    grant_types: [grant],
    response_types: [],
    scope: 'openid profile',
    backchannel_token_delivery_mode: 'ping',
    backchannel_client_notification_endpoint: `http://127.0.0.1:${receiver.address().port}/answered`,
  },
  client.ClientSecretBasic(),
  { initialAccessToken: REGISTRATION_TOKEN, ...options },
)

// The server shows it when it calls, so that nobody else can.
const client_notification_token = client.randomState()
const asked = await client.initiateBackchannelAuthentication(config, {
  scope: 'openid profile',
  login_hint: PERSON,
  binding_message: 'W4SCT',
  client_notification_token,
})
console.log('asked, for seconds', asked.expires_in)

const [request, response] = await told
const { auth_req_id } = await json(request)
const isTheirs = request.headers.authorization === `Bearer ${client_notification_token}`
response.writeHead(204, { connection: 'close' }).end()
receiver.close()
console.log('pinged by the server', isTheirs, 'for this question', auth_req_id === asked.auth_req_id)

const tokens = await client.genericGrantRequest(config, grant, { auth_req_id })
const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
console.log('allowed by', person.name)
