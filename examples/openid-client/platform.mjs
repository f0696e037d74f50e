// Plays a platform such as a cluster or a CI system: writes what the operator hands in (its keys with the rules, and two
// clients), and what it says of one program to each of them. `export.json` is what `client show feedback-export` prints.
import { readFile, writeFile } from 'node:fs/promises'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { issuer } from './start.mjs'

const platform = 'https://platform.example'
const { application_id, service_account_id } = JSON.parse(await readFile('export.json', 'utf8'))
const { publicKey, privateKey } = await generateKeyPair('ES256')

const trusted = {
  issuer: platform,
  jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] },
  algorithms: ['ES256'],
  rules: [
    { subject: 'job:fetch', service_account: service_account_id },
    { subject: 'job:deploy', client: 'deployer' },
  ],
}
const client = { application_id, scope: 'feedback:read', consent_required: false }
const runner = {
  ...client,
  client_name: 'Runner',
  grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
  token_endpoint_auth_method: 'none',
}
const deployer = {
  ...client,
  client_name: 'Deployer',
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
  outside_assertion: true,
  service_account_id,
}
for (const [file, content] of Object.entries({ trusted, runner, deployer })) {
  await writeFile(`${file}.json`, JSON.stringify(content))
}

for (const job of ['fetch', 'deploy']) {
  const assertion = new SignJWT().setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
  assertion.setIssuer(platform).setSubject(`job:${job}`).setAudience(issuer.href.replace(/\/$/, ''))
  assertion.setIssuedAt().setExpirationTime('5m').setJti(crypto.randomUUID())
  await writeFile(`${job}.jwt`, await assertion.sign(privateKey))
}
console.log('written')
