/** What the file system and PostgreSQL (SQLSTATE) say when a folder cannot be written to. */
const UNWRITABLE: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is used up",
  EFBIG: 'files may not grow that large for this user',
  '53100': 'the disk is full',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  EEXIST: 'a file is in the way',
  ENOTDIR: 'a file is in the way',
};

/** Why the start failed, for the person in front of it. An error of the disk often names no folder: it gets one here. */
export function startFailure(error: unknown, dataDir: string): string {
  if (!(error instanceof Error)) return String(error);
  const why = 'code' in error && typeof error.code === 'string' ? UNWRITABLE[error.code] : undefined;
  const isElsewhere = 'path' in error && typeof error.path === 'string' && !error.path.startsWith(dataDir);
  if (why === undefined || isElsewhere) return error.message;
  return `The data folder ${dataDir} (DATA_DIR) cannot be written to: ${why} (${error.message}).`;
}
