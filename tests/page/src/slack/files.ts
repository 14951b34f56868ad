// Files that people share: their size in words, and their bytes as the simulator takes them.

/** `512 bytes`, `1.4 kB`, `3.2 MB` */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1000, "kB"] : [bytes / 1_000_000, "MB"];
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}

/** Of the files of one message together; a limit of the simulator. */
export const MOST_BYTES = 10 * 1024 * 1024;

export async function encoded(files: File[]): Promise<{ name: string; content_base64: string }[]> {
  return Promise.all(files.map(async (file) => ({ name: file.name, content_base64: await base64Of(file) })));
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  // In pieces: one call cannot take a million arguments.
  const piece = 0x8000;
  let binary = "";
  for (let at = 0; at < bytes.length; at += piece) {
    binary += String.fromCharCode(...bytes.subarray(at, at + piece));
  }
  return btoa(binary);
}
