/**
 * The upstream of every test container, in one file.
 *
 *   node echo.mjs http=127.0.11.2:8080 tcp=127.0.11.2:7000 udp=127.0.11.2:7001 tls=127.0.11.2:993 name=api unhealthy=/flag
 *   node echo.mjs check=http://127.0.11.2:8080/healthz      a health check: exit status 0 or 1
 *
 * http answers what it was asked, as a line of JSON; /healthz answers 503 while the file `unhealthy` exists; /drip answers with its name every
 * 50 ms and never ends; an upgrade goes on as tcp.
 * With drain=500 it ends as a good server does: from the signal on it takes no new connection, and for so many ms answers what comes
 * on those that it has, and closes each with its next answer.
 * tcp and tls greet with `hello NAME` and answer each line with `NAME line`; udp answers each datagram with `NAME payload`.
 */
import { createSocket } from 'node:dgram'
import { existsSync, readFileSync } from 'node:fs'
import { createServer as createHttpServer, get } from 'node:http'
import { createServer as createTcpServer, Server } from 'node:net'
import { hostname } from 'node:os'
import { createInterface } from 'node:readline'
import { createServer as createTlsServer } from 'node:tls'

const settings = process.argv.slice(2).map((argument) => {
  const [, key, value] = /^([a-z]+)=(.*)$/.exec(argument) ?? fail(`'${argument}' is not key=value`)
  return { key, value }
})
const setting = (wanted) => settings.find(({ key }) => key === wanted)?.value
const name = setting('name') ?? hostname()

function fail(message) {
  console.error(message)
  process.exit(1)
}

function address(value) {
  const colon = value.lastIndexOf(':')
  return { host: value.slice(0, colon), port: Number(value.slice(colon + 1)) }
}

async function answerHttp(request, response) {
  const flag = setting('unhealthy')
  if (request.url === '/healthz' && flag !== undefined && existsSync(flag)) {
    response.writeHead(503).end('unhealthy\n')
    return
  }
  if (request.url === '/drip') {
    const dripping = setInterval(() => response.write(`${name}\n`), 50)
    response.on('close', () => clearInterval(dripping))
    return
  }
  let length = 0
  for await (const chunk of request) length += chunk.length
  const { method, url, headers } = request
  response.setHeader('content-type', 'application/json')
  if (isEnding) response.setHeader('connection', 'close')
  response.end(JSON.stringify({ name, method, url, host: headers.host, headers, length }) + '\n')
}

function answerLines(socket) {
  socket.on('error', () => socket.destroy())
  socket.write(`hello ${name}\n`)
  const lines = createInterface({ input: socket })
  lines.on('error', () => {})
  lines.on('line', (line) => socket.write(`${name} ${line}\n`))
  lines.on('close', () => socket.end())
}

function answerUpgrade({ headers }, socket) {
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${headers.upgrade}\r\n\r\n`)
  answerLines(socket)
}

function answerTls() {
  const read = (file) => readFileSync(new URL(file, import.meta.url))
  return createTlsServer({ key: read('test-only-key.pem'), cert: read('test-only-certificate.pem') }, answerLines)
}

function answerDatagrams() {
  const socket = createSocket('udp4')
  return socket.on('message', (payload, from) => socket.send(`${name} ${payload}`, from.port, from.address))
}

const LISTENERS = {
  http: (at) => createHttpServer(answerHttp).on('upgrade', answerUpgrade).listen(at),
  tcp: (at) => createTcpServer(answerLines).listen(at),
  tls: (at) => answerTls().listen(at),
  udp: (at) => answerDatagrams().bind({ address: at.host, port: at.port }),
}

let isEnding = false
const listeners = []

function end() {
  const drain = setting('drain')
  if (drain === undefined) process.exit(0)
  isEnding = true
  // An HTTP server's own way of closing also cuts connections that are idle, on which the next request may be under way.
  for (const listener of listeners) if (listener instanceof Server) Server.prototype.close.call(listener)
  setTimeout(() => process.exit(0), Number(drain))
}

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, end)

const target = setting('check')
if (target !== undefined) {
  get(target, { timeout: 2000 }, (response) => process.exit(response.statusCode === 200 ? 0 : 1))
    .on('timeout', () => fail('no answer within 2 s'))
    .on('error', (error) => fail(error.message))
} else {
  const started = settings
    .filter(({ key }) => key in LISTENERS)
    .map(({ key, value }) => {
      const listener = LISTENERS[key](address(value))
      listeners.push(listener)
      return new Promise((resolve) => {
        listener.once('listening', resolve).once('error', (error) => fail(`${key}=${value}: ${error.message}`))
      })
    })
  await Promise.all(started)
  console.log(`ready ${name}`)
}
