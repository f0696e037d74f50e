// Asks Doorward before a handler of Express runs: what is not surely allowed does not get through.
import { STATUS_CODES } from 'node:http'

function refuse(res, status, detail, challenge) {
  if (challenge) res.set('www-authenticate', challenge)
  res.status(status).type('application/problem+json').json({ status, title: STATUS_CODES[status], detail })
}

function unavailable(res) {
  refuse(res, 503, 'Whether this is allowed cannot be found out now. Try again in a moment.')
}

// Yes, but for a stronger or fresher proof (RFC 9470 section 3).
function insufficient({ acr_values: classes, max_age: age }) {
  const wanted = age === undefined ? '' : `, max_age="${age}"`
  return `Bearer error="insufficient_user_authentication", acr_values="${classes}"${wanted}`
}

// `clientId` is a client of the application and `audience` the application's own; `patience` is in milliseconds.
export function doorward({ issuer, clientId, clientSecret, audience, patience = 5000 }) {
  const pair = [clientId, clientSecret].map(encodeURIComponent).join(':')
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`

  // Answers nothing where the provider does not answer as it should.
  async function ask(path, req, type, body) {
    const headers = { authorization, 'content-type': type }
    const name = req.get('x-request-id')
    if (name) headers['x-request-id'] = name
    const signal = AbortSignal.timeout(patience)
    try {
      const answer = await fetch(issuer + path, { method: 'POST', headers, body, signal, redirect: 'error' })
      if (answer.status === 200) return await answer.json()
      console.error(`${path} answered ${answer.status}`)
    } catch (fault) {
      console.error(`${path} does not answer:`, fault)
    }
  }

  // Who shows an access token (RFC 7662): `req.subject`, and what the token is for: `req.scopes`.
  async function identify(req, res, next) {
    const [, shown] = /^Bearer (\S+)$/i.exec(req.get('authorization') ?? '') ?? []
    if (!shown) return refuse(res, 401, 'Sign in first.', 'Bearer')
    const form = new URLSearchParams({ token: shown }).toString()
    const token = await ask('/introspect', req, 'application/x-www-form-urlencoded', form)
    if (typeof token?.active !== 'boolean') return unavailable(res)
    // One that is bound to a key or a certificate (`cnf`) is no bearer token.
    if (!token.active || token.cnf || ![token.aud].flat().includes(audience)) {
      return refuse(res, 401, 'Sign in first.', 'Bearer error="invalid_token"')
    }
    // Only what a person gave has an authorization.
    req.subject = { type: token.authorization_id ? 'person' : 'service_account', id: token.sub }
    req.scopes = (token.scope ?? '').split(' ')
    // What was proven of them, and when: policies may ask for more.
    req.proven = { acr: token.acr, auth_time: token.auth_time }
    next()
  }

  // The middleware of a route. `find(req)` answers what it is about, with the properties on which the decision may
  // depend, or nothing; the handler finds why it may run in `req.grounds`.
  function may(action, find) {
    async function decide(req, res, next) {
      if (!req.scopes.includes(action)) {
        const challenge = `Bearer error="insufficient_scope", scope="${action}"`
        return refuse(res, 403, `The token is not for ${action}.`, challenge)
      }
      const resource = await find(req)
      if (!resource) return refuse(res, 404, 'There is no such resource.')
      const about = { subject: req.subject, action: { name: action }, resource, context: req.proven }
      const question = JSON.stringify(about)
      const answer = await ask('/access/v1/evaluation', req, 'application/json', question)
      if (typeof answer?.decision !== 'boolean') return unavailable(res)
      const { explanation, step_up: stepUp } = answer.context ?? {}
      if (!answer.decision && stepUp) return refuse(res, 401, explanation, insufficient(stepUp))
      if (!answer.decision) return refuse(res, 403, explanation)
      req.grounds = answer.context
      next()
    }
    return [identify, decide]
  }

  return { may }
}
