import { configFolder, openMachines, type MachineStore } from '@route-server/machine'
import { homedir } from 'node:os'

/** This user's machines. */
export const machines = (): MachineStore => openMachines(configFolder(process.env, homedir()))
