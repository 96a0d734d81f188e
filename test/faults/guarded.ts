// Loaded before a program (`node --import`): it connects to loopback alone, and says of everything else that it was tried.
import { guardConnects } from './connect-guard.js';
import { REFUSED_CONNECT } from './hub-process.js';

guardConnects(host => process.stderr.write(`${REFUSED_CONNECT}${host}\n`));
