// A device without a browser (RFC 8628): the person allows it elsewhere, and the device asks until that is done.
import * as client from 'openid-client'
import { issuer, needed, options } from './start.mjs'

const { CLIENT_ID, CLIENT_SECRET } = needed('CLIENT_ID', 'CLIENT_SECRET')
const config = await client.discovery(issuer, CLIENT_ID, CLIENT_SECRET, client.ClientSecretBasic(), options)

const begun = await client.initiateDeviceAuthorization(config, { scope: 'openid offline_access feedback:read' })
console.log('code', begun.user_code)
console.log('open', begun.verification_uri_complete)

// Waits as long as the server says between two questions, and longer after `slow_down`.
const tokens = await client.pollDeviceAuthorizationGrant(config, begun)
console.log('token', tokens.access_token)
