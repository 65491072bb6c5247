import assert from 'node:assert/strict'
import { ask } from '../client.ts'
import type { EngineCheck } from './engine-under-test.ts'
import { withContainers, list, names, at, assertTypes, filtered, type Json } from './looking.ts'

export const LIST_CHECKS: readonly EngineCheck[] = [
  {
    behaviour: 'a listing has every key of a container on the host network',
    check: (engine) =>
      withContainers(engine, async ({ run, socket }) => {
        const id = await run({ name: 'api', labels: { b: '2', a: 'x=<&>"ü' }, exposedPorts: ['8080/tcp'] })
        const [item, ...others] = await list(socket)
        assert.ok(item)
        assert.equal(others.length, 0)
        assert.deepEqual(Object.keys(item), [
          'Id',
          'Names',
          'Image',
          'ImageID',
          'Command',
          'Created',
          'Ports',
          'Labels',
          'State',
          'Status',
          'HostConfig',
          'NetworkSettings',
          'Mounts',
        ])
        assert.equal(item['Id'], id)
        assert.match(id, /^[0-9a-f]{64}$/)
        assert.match(String(item['ImageID']), /^sha256:[0-9a-f]{64}$/)
        assert.match(String(item['Status']), /^Up (Less than a second|1 second|\d+ seconds)$/)
        assertTypes(item, { Image: 'string', Command: 'string', Created: 'number' })
        const { Names, Ports, Labels, State, HostConfig, Mounts } = item
        assert.deepEqual(
          { Names, Ports, Labels, State, HostConfig, Mounts },
          {
            Names: ['/api'],
            Ports: [],
            Labels: { a: 'x=<&>"ü', b: '2' },
            State: 'running',
            HostConfig: { NetworkMode: 'host' },
            Mounts: [],
          },
        )
        const { NetworkID, EndpointID, ...network } = at(item, 'NetworkSettings', 'Networks', 'host')
        assert.match(String(NetworkID), /^[0-9a-f]{64}$/)
        assert.match(String(EndpointID), /^[0-9a-f]{64}$/)
        assert.deepEqual(network, {
          IPAMConfig: null,
          Links: null,
          Aliases: null,
          Gateway: '',
          IPAddress: '',
          IPPrefixLen: 0,
          IPv6Gateway: '',
          GlobalIPv6Address: '',
          GlobalIPv6PrefixLen: 0,
          MacAddress: '',
          DriverOpts: null,
        })
      }),
  },
  {
    behaviour: 'a listing tells each state in its status text, newest container first, stopped ones on demand',
    check: (engine) =>
      withContainers(engine, async ({ run, create, socket, stop, pause, unpause }) => {
        await run({ name: 'stopped' })
        await stop('stopped')
        await run({ name: 'paused' })
        await pause('paused')
        await run({ name: 'checked', health: 'healthy' })
        await create({ name: 'created' })
        assert.deepEqual(names(await list(socket)), ['checked', 'paused'])
        const all = await list(socket, '?all=1')
        assert.deepEqual(names(all), ['created', 'checked', 'paused', 'stopped'])
        assert.deepEqual(
          all.map((item) => item['State']),
          ['created', 'running', 'paused', 'exited'],
        )
        const statuses = [/^Created$/, /^Up .+ \(healthy\)$/, /^Up .+ \(Paused\)$/, /^Exited \(\d+\) .+ ago$/]
        statuses.forEach((status, index) => assert.match(String(all[index]?.['Status']), status))
        assert.deepEqual(
          [
            at(all[0], 'NetworkSettings', 'Networks', 'host')['NetworkID'],
            at(all[3], 'NetworkSettings', 'Networks', 'host')['EndpointID'],
          ],
          ['', ''],
        )
        assert.deepEqual(names(await list(socket, '?limit=1')), ['created'])
        for (const no of ['0', 'false', 'no', 'None', '']) assert.equal((await list(socket, `?all=${no}`)).length, 2)
        await unpause('paused')
      }),
  },
  {
    behaviour:
      'listings are filtered by ID (a prefix of one), name (a pattern), label, status and health, in both shapes',
    check: (engine) =>
      withContainers(engine, async ({ run, create, socket }) => {
        const one = await run({ name: 'one', labels: { app: 'x', tier: 'web' } })
        const two = await run({ name: 'two', labels: { app: 'y' }, health: 'starting' })
        await create({ name: 'three' })
        const cases: [filters: Json, found: string[]][] = [
          [{ id: { [one]: true } }, ['one']],
          [{ id: [one] }, ['one']],
          [{ id: [one.slice(0, 12)] }, ['one']],
          [{ id: [one, two] }, ['two', 'one']],
          [{ id: [one.slice(1, 13)] }, []],
          [{ id: ['zzz'] }, []],
          [{ id: [] }, ['two', 'one']],
          [{ id: [one], status: ['exited'] }, []],
          [{ name: ['on'] }, ['one']],
          [{ name: ['^/one$'] }, ['one']],
          [{ name: ['^wo'] }, []],
          [{ name: ['('] }, []],
          [{ label: ['app'] }, ['two', 'one']],
          [{ label: { 'app=x': true } }, ['one']],
          [{ label: ['app=x', 'tier'] }, ['one']],
          [{ label: ['app=x', 'app=y'] }, []],
          [{ label: ['app='] }, []],
          [{ status: ['created'] }, ['three']],
          [{ status: ['running', 'created'] }, ['three', 'two', 'one']],
          [{ health: ['starting'] }, ['two']],
          [{ health: ['none'] }, ['one']],
          [{ network: ['host'] }, ['two', 'one']],
        ]
        for (const [filters, found] of cases) {
          assert.deepEqual([filters, names(await list(socket, filtered(filters)))], [filters, found])
        }
      }),
  },
  {
    behaviour: 'a filter that cannot be read or does not exist is an error with a message',
    async check({ socket }) {
      const cases: [filters: string, status: number, message: string][] = [
        ['{"bogus":["x"]}', 400, "Invalid filter 'bogus'"],
        ['{"status":["bogus"]}', 400, "Invalid filter 'status=bogus'"],
        ['{"health":["bogus"]}', 400, 'Unrecognised filter value for health: bogus'],
        ['garbage', 500, "invalid character 'g' looking for beginning of value"],
        ['{"id":"x"}', 500, 'json: cannot unmarshal string into Go value of type map[string]bool'],
        ['[]', 500, 'json: cannot unmarshal array into Go value of type map[string]map[string]bool'],
      ]
      for (const [filters, status, message] of cases) {
        const reply = await ask(socket, `/containers/json?filters=${encodeURIComponent(filters)}`)
        assert.deepEqual([filters, reply.status, JSON.parse(reply.text)], [filters, status, { message }])
      }
      const { status, text } = await ask(socket, '/containers/json?limit=x')
      assert.deepEqual([status, JSON.parse(text)], [500, { message: 'strconv.Atoi: parsing "x": invalid syntax' }])
    },
  },
]
