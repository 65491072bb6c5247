export const JSON_FLAG = ['--json', 'print JSON, for programs'] as const
