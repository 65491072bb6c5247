import assert from 'node:assert/strict'
import { ask } from '../client.ts'
import type { EngineCheck } from './engine-under-test.ts'
import { getObject, assertTypes } from './looking.ts'

export const DAEMON_CHECKS: readonly EngineCheck[] = [
  {
    behaviour: 'GET and HEAD /_ping tell the API version, with and without a version in the path',
    async check({ socket }) {
      for (const [method, path] of [
        ['GET', '/_ping'],
        ['HEAD', '/_ping'],
        ['GET', '/v1.24/_ping'],
        ['HEAD', '/v1.41/_ping'],
      ] as const) {
        const { status, headers, text } = await ask(socket, path, method)
        assert.equal(status, 200)
        assert.equal(text, method === 'GET' ? 'OK' : '')
        assert.match(String(headers['api-version']), /^1\.\d+$/)
        assert.equal(headers['docker-experimental'], 'false')
        assert.equal(headers['ostype'], 'linux')
        assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
      }
    },
  },
  {
    behaviour: 'GET /version and /info tell versions, identity and the number of containers',
    async check({ socket }) {
      const version = await getObject(socket, '/version')
      assert.equal(version['ApiVersion'], (await ask(socket, '/_ping')).headers['api-version'])
      assertTypes(version, {
        Version: 'string',
        MinAPIVersion: 'string',
        Os: 'string',
        Arch: 'string',
        GoVersion: 'string',
        Components: 'array',
      })
      const info = await getObject(socket, '/info')
      assert.equal(info['ServerVersion'], version['Version'])
      assert.match(String(info['ID']), /^(\w{4}:){11}\w{4}$/)
      assertTypes(info, {
        Name: 'string',
        Containers: 'number',
        ContainersRunning: 'number',
        ContainersPaused: 'number',
        ContainersStopped: 'number',
        Swarm: 'object',
        Labels: 'array',
        OSType: 'string',
      })
    },
  },
  {
    behaviour: 'a version that is too new or too old is refused with a sentence',
    async check({ socket }) {
      const { ApiVersion, MinAPIVersion } = await getObject(socket, '/version')
      const tooNew = await ask(socket, '/v1.99/containers/json')
      assert.equal(tooNew.status, 400)
      assert.equal(tooNew.headers['api-version'], ApiVersion)
      assert.deepEqual(JSON.parse(tooNew.text), {
        message: `client version 1.99 is too new. Maximum supported API version is ${String(ApiVersion)}`,
      })
      const tooOld = await ask(socket, '/v1.5/containers/json')
      assert.equal(tooOld.status, 400)
      assert.equal(
        tooOld.text.trim(),
        `client version 1.5 is too old. Minimum supported API version is ${String(MinAPIVersion)}, please upgrade your client to a newer version`,
      )
    },
  },
  {
    behaviour: 'pages and containers that do not exist are 404 with a message',
    async check({ socket }) {
      const refused: [method: string, path: string, message: string][] = [
        ['GET', '/nope', 'page not found'],
        ['GET', '/v1.41/nope', 'page not found'],
        ['POST', '/_ping', 'page not found'],
        ['PUT', '/version', 'page not found'],
        ['GET', '/containers/nope/json', 'No such container: nope'],
        ['GET', '/v1.41/containers/nope/json', 'No such container: nope'],
      ]
      for (const [method, path, message] of refused) {
        const { status, text, headers } = await ask(socket, path, method)
        assert.deepEqual([path, status, JSON.parse(text)], [path, 404, { message }])
        assert.equal(headers['content-type'], 'application/json')
      }
      assert.equal((await ask(socket, '/containers/json', 'HEAD')).status, 404)
      assert.equal((await ask(socket, '/v1.23/containers/nope/json')).text, 'No such container: nope\n')
    },
  },
]
