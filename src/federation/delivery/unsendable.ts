/** What should be sent cannot be: something of our own is missing, and trying again will hardly bring it. */
export class Unsendable extends Error {
  override readonly name = 'Unsendable'
}
