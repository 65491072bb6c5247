import { EMPTY_INFRA, openMachines, setInfra } from '../index.ts'

/** Adds one port after the other to a machine that others change, too. */
const [folder = '', ...ports] = process.argv.slice(2)
for (const port of ports)
  await openMachines(folder).change('server-1', (before) => {
    const machine = before ?? { name: 'server-1', ssh: { host: '203.0.113.50' }, infra: EMPTY_INFRA }
    return { ...machine, infra: setInfra(machine, { tcpPorts: port }).infra }
  })
