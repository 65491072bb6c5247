import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { bodyOf, Line } from './line.ts'

let folder: string
let server: Server
let sockets: Socket[]
let answer: RequestListener
let line: Line

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'line-'))
  sockets = []
  answer = (_, response) => void response.end('yes')
  server = createServer({ keepAliveTimeout: 0 }, (request, response) => answer(request, response))
  server.on('connection', (socket: Socket) => sockets.push(socket))
  await new Promise<void>((done) => server.listen(join(folder, 'socket'), done))
  line = new Line(join(folder, 'socket'))
})

afterEach(async () => {
  line.close()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  rmSync(folder, { recursive: true })
})

const late = (): Error => new Error('late')

async function textOf(message: IncomingMessage): Promise<string> {
  const body = await bodyOf(message)
  if (Buffer.isBuffer(body)) return body.toString()
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const ask = (read = textOf, ms = 5_000): Promise<string> => line.ask('/', ms, read, late)

test('asks over one connection, one after another, and over more at once', async () => {
  for (let n = 0; n < 5; n += 1) expect(await ask()).toBe('yes')
  expect(sockets).toHaveLength(1)
  expect(await Promise.all([ask(), ask()])).toEqual(['yes', 'yes'])
  expect(sockets).toHaveLength(2)
})

test('asks again where the daemon has closed the connection, or closes it just then', async () => {
  await ask()
  sockets[0]?.destroy()
  expect(await ask()).toBe('yes')
  let isFirst = true
  const yes = answer
  answer = (request, response) => {
    if (isFirst) request.socket.destroy()
    else yes(request, response)
    isFirst = false
  }
  expect(await ask()).toBe('yes')
})

test('asks no second time where a new connection breaks', async () => {
  let asked = 0
  answer = (request) => {
    asked += 1
    request.socket.destroy()
  }
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(asked).toBe(1)
})

test('reads a long answer as it comes', async () => {
  const long = 'é'.repeat(2 ** 20)
  answer = (_, response) => void response.end(long)
  const bodies: boolean[] = []
  const text = await ask(async (message) => {
    const body = await bodyOf(message)
    bodies.push(Buffer.isBuffer(body))
    const chunks: Buffer[] = []
    for await (const chunk of body) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString()
  })
  expect(bodies).toEqual([false])
  expect(text === long).toBe(true)
})

test.each(['x', 'x'.repeat(2 ** 20)])('fails where an answer is cut', async (begun) => {
  answer = (request, response) => {
    response.write(begun)
    setTimeout(() => request.socket.destroy(), 50)
  }
  await expect(ask()).rejects.toThrow()
})

test('is late where there is no answer, or no end of one, and asks nothing again', async () => {
  await ask()
  let asked = 0
  answer = () => void (asked += 1)
  await expect(ask(textOf, 20)).rejects.toThrow('late')
  answer = (_, response) => {
    asked += 1
    response.write('x')
  }
  await expect(ask(textOf, 20)).rejects.toThrow('late')
  expect(asked).toBe(2)
})

test('keeps no connection of which the answer is not wanted', async () => {
  answer = (_, response) => void response.write('x')
  await expect(ask(() => Promise.reject(new Error('unwanted')))).rejects.toThrow('unwanted')
  await new Promise((done) => sockets[0]?.once('close', done))
})

test('that is closed ends what is asked, and asks nothing more', async () => {
  await ask()
  answer = () => undefined
  const asked = ask()
  line.close()
  await expect(asked).rejects.toThrow()
  await expect(ask()).rejects.toThrow('closed')
  for (const socket of sockets) if (!socket.closed) await new Promise((done) => socket.once('close', done))
})
