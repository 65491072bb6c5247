/** Why Traefik would refuse a document. Thrown inside the model; `decodeDocument` turns it into a verdict. */
export class Refusal extends Error {}

/** A document that isn't written as ours are: what Traefik would make of it isn't asked. */
export class Foreign extends Refusal {}

export function refuse(reason: string): never {
  throw new Refusal(reason)
}

export function refuseForeign(reason: string): never {
  throw new Foreign(reason)
}
