/**
 * Runs in a client's network namespace and passes traffic on between it and the test's process, which can't enter: unix sockets reach across.
 *   node relay.mjs SOCKET [tcp|udp HOST PORT TARGET.sock]...
 * On SOCKET each connection begins with one line of JSON: {"tcp":{host,port}} is answered "ok" and then is that connection;
 * {"udp":{host,port,payload,timeout}} sends a datagram and is answered by one line of JSON. The rest listens, and passes on to unix
 * sockets; datagrams as a connection each with two bytes of length before them, as DNS has it over TCP.
 */
import { createSocket } from 'node:dgram'
import { connect, createServer } from 'node:net'

const [socketPath, ...listeners] = process.argv.slice(2)

const join = (a, b) => {
  a.on('error', () => b.destroy())
  b.on('error', () => a.destroy())
  a.on('close', () => b.destroy())
  b.on('close', () => a.destroy())
  a.pipe(b)
  b.pipe(a)
}

function openTcp(client, target, rest) {
  const fail = (error) => client.end(`${error.message}\n`)
  const upstream = connect(target)
  upstream.once('error', fail)
  upstream.once('connect', () => {
    upstream.off('error', fail)
    client.write('ok\n')
    if (rest.length > 0) upstream.write(rest)
    join(client, upstream)
  })
}

function askUdp(client, { host, port, payload, timeout }) {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  const finish = (answer) => {
    clearTimeout(timer)
    socket.close()
    client.end(`${JSON.stringify(answer)}\n`)
  }
  const timer = setTimeout(finish, timeout, {})
  socket.once('message', (message) => finish({ answer: message.toString('base64') }))
  socket.once('error', (error) => finish({ error: error.message }))
  socket.send(Buffer.from(payload, 'base64'), port, host)
}

const control = createServer({ allowHalfOpen: true }, (client) => {
  let head = Buffer.alloc(0)
  client.on('error', () => client.destroy())
  const read = (chunk) => {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\n')
    if (end < 0) return
    client.off('data', read)
    client.pause()
    const request = JSON.parse(head.subarray(0, end).toString())
    if (request.tcp) openTcp(client, { ...request.tcp, allowHalfOpen: true }, head.subarray(end + 1))
    else askUdp(client, request.udp)
  }
  client.on('data', read)
})

function listenUdp(host, port, target, ready) {
  const socket = createSocket('udp4')
  socket.on('message', (message, { address, port: from }) => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(message.length)
    const upstream = connect(target, () => upstream.write(Buffer.concat([length, message])))
    let answer = Buffer.alloc(0)
    upstream.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk])
      if (answer.length < 2 || answer.length < 2 + answer.readUInt16BE()) return
      socket.send(answer.subarray(2), from, address)
      upstream.destroy()
    })
    upstream.on('end', () => upstream.destroy())
    upstream.on('error', () => undefined)
  })
  socket.bind(Number(port), host, ready)
}

const listenTcp = (host, port, target, ready) =>
  createServer((client) => join(client, connect(target))).listen(Number(port), host, ready)

for (let index = 0; index < listeners.length; index += 4) {
  const [protocol, host, port, target] = listeners.slice(index, index + 4)
  await new Promise((ready) => (protocol === 'tcp' ? listenTcp : listenUdp)(host, port, target, ready))
}
control.listen(socketPath, () => process.stdout.write('ready\n'))
