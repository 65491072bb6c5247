/** What stands on a machine: files, units, users. Pure: a description in, texts out. */
export type {
  Circumstances,
  Effect,
  InstalledFile,
  Installation,
  Program,
  Propagation,
  RenderInstallation,
  SystemUser,
} from './installation.ts'
