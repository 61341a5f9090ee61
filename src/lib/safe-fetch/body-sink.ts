/** Takes the body of an answer while it arrives, so that it need not fit into memory. */
export type BodySink = {
  /** A 2xx answer begins: throw to refuse its body. */
  begin?(head: { readonly contentType: string; readonly contentLength: number | undefined }): void
  /** The next piece; the one after it is read once this is done. Throw to refuse the rest. */
  write(chunk: Buffer): void | Promise<void>
}
