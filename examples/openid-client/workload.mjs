// Workload identity: what the platform says of a program is its grant (RFC 7523 section 2.1). There is no secret.
import { readFile } from 'node:fs/promises'
import * as client from 'openid-client'
import { issuer, needed, options } from './start.mjs'

const { CLIENT_ID, ASSERTION_FILE } = needed('CLIENT_ID', 'ASSERTION_FILE')
const config = await client.discovery(issuer, CLIENT_ID, undefined, client.None(), options)

// Read anew each time: the platform replaces it before it expires.
const assertion = (await readFile(ASSERTION_FILE, 'utf8')).trim()
const tokens = await client.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:jwt-bearer', {
  assertion,
  scope: 'feedback:read',
})
console.log('token for', tokens.scope)
