/** Hands a file to the reader; it is made in the page and goes nowhere else. */
export function download(content: Uint8Array | string, name: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content as BlobPart], { type }));
  link.download = name;
  link.click();
  // The browser may read the file only after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
