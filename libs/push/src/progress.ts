/** Called with each step: what is done now, and how far. */
export type Progress = (step: { readonly what: string; readonly detail?: string }) => void
