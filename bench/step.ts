/** Tells on the terminal what is being measured, and how long that took. */
export async function step<T>(name: string, measure: () => Promise<T>): Promise<T> {
  process.stderr.write(`${name} …`);
  const start = performance.now();
  try {
    return await measure();
  } finally {
    process.stderr.write(` ${((performance.now() - start) / 1_000).toFixed(1)} s\n`);
  }
}
