/** Zips of files as they are, without compression (APPNOTE 6.3.10 of PKWARE). */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});
/** The first of January 1980, the earliest date that there is, so that equal files give equal bytes. */
const DATE = 0x21;
const VERSION = 20;

/** @param {Uint8Array} bytes */
function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 0xff];
  return (sum ^ 0xffffffff) >>> 0;
}

/** Numbers as little-endian bytes, each after how many bytes it takes. @param {[number, number][]} numbers */
function packed(...numbers) {
  return numbers.flatMap(([size, value]) => Array.from({ length: size }, (_, place) => Math.floor(value / 256 ** place) % 256));
}

/** @param {{name: string, bytes: Uint8Array}[]} files whose names are plain letters @returns {Blob} */
export function zipOf(files) {
  const parts = [];
  const entries = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const letters = new TextEncoder().encode(name);
    const facts = packed([2, VERSION], [2, 0], [2, 0], [2, 0], [2, DATE], [4, checksum(bytes)], [4, bytes.length], [4, bytes.length], [2, letters.length], [2, 0]);
    const head = Uint8Array.from([...packed([4, 0x04034b50]), ...facts, ...letters]);
    entries.push(Uint8Array.from([...packed([4, 0x02014b50], [2, VERSION]), ...facts, ...packed([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), ...letters]));
    parts.push(head, bytes);
    offset += head.length + bytes.length;
  }
  const size = entries.reduce((sum, entry) => sum + entry.length, 0);
  const end = Uint8Array.from(packed([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, offset], [2, 0]));
  return new Blob([...parts, ...entries, end], { type: "application/zip" });
}
