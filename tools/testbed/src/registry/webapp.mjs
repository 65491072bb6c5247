// A web app that counts its visits in PostgreSQL. LISTEN_ADDR and DATABASE_URL are its settings, as in the documentation's example.
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'

const [host, port] = process.env.LISTEN_ADDR.split(':')
const COUNT =
  'create table if not exists visits (id serial); insert into visits default values; select count(*) from visits'

const server = createServer((request, response) => {
  execFile('psql', [process.env.DATABASE_URL, '-qAtc', COUNT], (error, stdout, stderr) => {
    response.writeHead(error ? 500 : 200, { 'content-type': 'text/plain' })
    response.end(error ? stderr : `visit ${stdout.trim()}\n`)
  })
})
server.listen(Number(port), host, () => console.log(`listening on ${host}:${port}`))
process.once('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
