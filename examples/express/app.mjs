// A small API with guarded routes: ISSUER=… CLIENT_ID=… CLIENT_SECRET=… AUDIENCE=… PORT=… node app.mjs
import express from 'express'
import { doorward } from './guard.mjs'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, AUDIENCE, PORT } = process.env
const { may } = doorward({ issuer: ISSUER, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, audience: AUDIENCE })

const records = new Map([
  ['f-101', { organisation: 'northbeam', region: 'turkiye', comment: 'The new card arrived in two days. Wonderful.' }],
  ['f-201', { organisation: 'northbeam', region: 'americas', comment: 'My card was blocked on a business trip.' }],
  ['s-301', { organisation: 'southgate', region: 'emea', comment: 'Simple and quick.' }],
])

function record(req) {
  const found = records.get(req.params.id)
  if (!found) return
  const { organisation, region } = found
  return { type: 'feedback', id: req.params.id, properties: { organisation, region } }
}

const app = express()

app.get('/records/:id', may('feedback:read', record), (req, res) => {
  res.json({ ...records.get(req.params.id), why: req.grounds.explanation })
})

app.post('/records/:id/answered', may('feedback:edit', record), (req, res) => {
  records.get(req.params.id).answered = true
  res.status(204).end()
})

app.listen(Number(PORT), '127.0.0.1')
