/** Reads a body up to a limit. Null when it is longer; with `cut`, what fits. */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
  cut = false,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    if (length + value.length > limit) {
      // Nobody waits for the other side to notice.
      reader.cancel().catch(() => undefined);
      if (!cut) {
        return null;
      }
      chunks.push(value.subarray(0, limit - length));
      break;
    }
    chunks.push(value);
    length += value.length;
  }
  return Buffer.concat(chunks);
}
