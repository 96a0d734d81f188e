// For `node --import`: says when the process ends how many modules of OpenTelemetry it has loaded. Its API, which is names and nothing
// that works, comes with prom-client.
import { registerHooks } from 'node:module';

let loaded = 0;

registerHooks({
  load(url, context, next) {
    if (url.includes('/@opentelemetry/') && !url.includes('/@opentelemetry/api/')) loaded++;
    return next(url, context);
  },
});

process.on('exit', () => {
  console.log(`Modules of OpenTelemetry: ${loaded}.`);
});
