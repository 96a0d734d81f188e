// Chooses the Node that the npm scripts run on. npm puts node_modules/.bin first in PATH, so a link `node` there wins: it
// is made when the machine's own Node is too old, and removed when that will do. npm makes the link itself, too, but npm 10
// deletes it again: all five platform packages share the name `node`, and dropping the four of other platforms drops the
// link. Runs on any Node from 16 on.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const NEED = [22, 18];
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = path.join(root, 'node_modules', '.bin');
const isWindows = process.platform === 'win32';
const link = path.join(bin, isWindows ? 'node.cmd' : 'node');

const version = exe => {
  const run = spawnSync(exe, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  return run.status === 0 ? run.stdout.trim() : undefined;
};
const isEnough = v => {
  const [major, minor] = (v ?? '0.0').split('.').map(Number);
  return major > NEED[0] || (major === NEED[0] && minor >= NEED[1]);
};
const removeLink = () => {
  for (const name of ['node', 'node.cmd', 'node.ps1']) fs.rmSync(path.join(bin, name), { force: true });
};
const bundled = () => {
  const os = isWindows ? 'win' : process.platform;
  const name = `node-${process.platform === 'darwin' && process.arch === 'arm64' ? 'bin-' : ''}${os}-${process.arch}`;
  try {
    const manifest = createRequire(path.join(root, 'package.json')).resolve(`${name}/package.json`);
    return path.join(path.dirname(manifest), 'bin', isWindows ? 'node.exe' : 'node');
  } catch {
    // Not installed: --omit=optional, or a platform without one.
    return undefined;
  }
};

const exe = bundled();
// The Node that runs npm is the machine's; process.execPath may already be the link's.
const own = process.env.npm_node_execpath ?? process.execPath;
const isBundled = exe !== undefined && fs.existsSync(exe) && fs.realpathSync(own) === fs.realpathSync(exe);
if (!isBundled && isEnough(version(own)) && process.env.USE_BUNDLED_NODE !== '1') {
  removeLink();
} else if (exe === undefined || !isEnough(version(exe))) {
  removeLink();
  console.error(`This project needs Node ${NEED.join('.')} or newer: ${own} is ${version(own)}, and npm installed none for this platform.`);
  process.exit(1);
} else {
  fs.mkdirSync(bin, { recursive: true });
  const target = path.relative(bin, exe);
  if (isWindows) {
    fs.writeFileSync(link, `@"%~dp0\\${target}" %*\r\n`);
  } else {
    let present;
    try {
      present = fs.readlinkSync(link);
    } catch {
      // None, or no link.
    }
    if (present !== target) {
      const temporary = `${link}.${process.pid}`;
      fs.symlinkSync(target, temporary);
      fs.renameSync(temporary, link);
    }
  }
}
