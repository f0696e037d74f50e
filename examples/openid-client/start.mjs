// What the examples share: where the server is, and a browser that comes back to this program.
import http from 'node:http'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { webcrypto } from 'node:crypto'
import * as client from 'openid-client'

// Node 18, which some distributions still have, does not give them by itself.
globalThis.crypto ??= webcrypto
globalThis.CryptoKey ??= webcrypto.CryptoKey

// The variables of the environment that a program cannot do without; it ends here if one is missing.
export function needed(...names) {
  const missing = names.filter((name) => !process.env[name])
  if (missing.length === 0) return process.env
  console.error(`these variables are missing: ${missing.join(', ')} (docs/oauth.md says where their values are)`)
  process.exit(2)
}

export const issuer = new URL(needed('ISSUER').ISSUER)

// A demonstration on this machine speaks http; everything else must be https.
const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(issuer.hostname)
export const options = { execute: isHere ? [client.allowInsecureRequests] : [] }

// Listens at an address that the browser comes back to: a port of this program's own (RFC 8252 section 7.3).
export async function callback() {
  const listener = http.createServer()
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const redirectUri = `http://127.0.0.1:${listener.address().port}/callback`

  // Names the address to open in a browser, and answers the one with which the browser comes back.
  async function visit(address) {
    console.log('open', address.href)
    const [request, response] = await once(listener, 'request')
    const body = await text(request)
    response.setHeader('content-type', 'text/plain; charset=utf-8')
    response.setHeader('connection', 'close')
    response.end('You can close this page.')
    listener.close()
    const back = new URL(request.url, redirectUri)
    if (request.method !== 'POST') return back
    // An answer that came in a form is read from its body.
    return new Request(back, { method: 'POST', headers: { 'content-type': request.headers['content-type'] }, body })
  }
  return { redirectUri, visit }
}
