import { keepSlots } from '../repository-file.ts'

const [file = '', ...services] = process.argv.slice(2)
for (const service of services) await keepSlots(file, [service])
