/** Why Traefik would refuse a document. Thrown inside the model; `decodeDocument` turns it into a verdict. */
export class Refusal extends Error {}

export function refuse(reason: string): never {
  throw new Refusal(reason)
}
