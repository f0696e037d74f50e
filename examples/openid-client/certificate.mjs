// A client that its certificate proves (RFC 8705); its tokens serve that certificate alone.
import { readFile } from 'node:fs/promises'
import * as client from 'openid-client'
import * as undici from 'undici'
import { issuer, needed, options } from './start.mjs'

const files = ['AUTHORITY_FILE', 'CERTIFICATE_FILE', 'KEY_FILE']
const given = needed('CLIENT_ID', ...files)
const [ca, cert, key] = await Promise.all(files.map((name) => readFile(given[name])))
const dispatcher = new undici.Agent({ connect: { ca, cert, key } })
const withCertificate = (address, request) => undici.fetch(address, { ...request, dispatcher })

// The library then uses the endpoints in `mtls_endpoint_aliases`, where the server asks for certificates.
const metadata = { use_mtls_endpoint_aliases: true }
const config = await client.discovery(issuer, given.CLIENT_ID, metadata, client.TlsClientAuth(), {
  [client.customFetch]: withCertificate,
  ...options,
})

const tokens = await client.clientCredentialsGrant(config, { scope: 'feedback:read' })
const seen = await client.tokenIntrospection(config, tokens.access_token)
console.log('bound to', seen.cnf['x5t#S256'])
