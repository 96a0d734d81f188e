import fs from 'node:fs';
import { monitorEventLoopDelay, performance, type EventLoopUtilization } from 'node:perf_hooks';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Metrics } from '../common/metrics.js';

/** Each look wakes the process: fifty a second were a sixth of a per cent of a core of an idle hub. */
const RESOLUTION_MS = 50;
const OPEN_FILES = '/proc/self/fd';

/**
 * The process itself, under the names that Prometheus' clients share. prom-client's own would name gauges like counters, and could not be
 * ended with the application; its look at each garbage collection is left out: a pause that somebody waits for is in the event loop's lag.
 */
@Injectable()
export class ProcessMetrics implements OnModuleDestroy {
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private seen: EventLoopUtilization = performance.eventLoopUtilization();

  constructor(metrics: Metrics) {
    this.delay.enable();
    this.showUse(metrics);
    this.showEventLoop(metrics);
    metrics.gauge('hub_node_info', 'The version of Node that this process runs on', ['version'], () => [[{ version: process.version }, 1]]);
  }

  onModuleDestroy(): void {
    this.delay.disable();
  }

  private showUse(metrics: Metrics): void {
    const show = (name: string, help: string, read: () => number): void => {
      metrics.gauge(name, help, [], () => [[{}, read()]]);
    };
    metrics.counter('process_cpu_seconds_total', 'Time of processors that this process has used', [], () => {
      const { user, system } = process.cpuUsage();
      return [[{}, (user + system) / 1e6]];
    });
    show('process_start_time_seconds', 'When this process began, in seconds since 1970', () => performance.timeOrigin / 1_000);
    show('process_resident_memory_bytes', 'Memory that this process has in RAM', () => process.memoryUsage.rss());
    show('process_open_fds', 'Files and sockets that this process has open; 0 where the system does not tell', openFiles);
    show('nodejs_heap_size_used_bytes', 'What is in use of the heap of JavaScript', () => process.memoryUsage().heapUsed);
    show('nodejs_heap_size_total_bytes', 'The heap of JavaScript', () => process.memoryUsage().heapTotal);
  }

  /** Since somebody asked last: two who ask share what there is. */
  private showEventLoop(metrics: Metrics): void {
    metrics.gauge(
      'nodejs_eventloop_lag_p99_seconds',
      'How late the event loop is, but for 1 % of the time, since the last look',
      [],
      () => [[{}, beyondResolution(this.delay.percentile(99))]],
    );
    metrics.gauge('nodejs_eventloop_lag_max_seconds', 'How late the event loop was at the most since the last look', [], () => {
      const latest = beyondResolution(this.delay.max);
      this.delay.reset();
      return [[{}, latest]];
    });
    metrics.gauge(
      'nodejs_eventloop_utilization_ratio',
      'The part of the time that the event loop was busy, since the last look',
      [],
      () => {
        const now = performance.eventLoopUtilization();
        const { utilization } = performance.eventLoopUtilization(now, this.seen);
        this.seen = now;
        return [[{}, utilization]];
      },
    );
  }
}

/** The timer that measures it is itself due only each so often; nanoseconds. */
function beyondResolution(delayNs: number): number {
  return Math.max(0, delayNs / 1e9 - RESOLUTION_MS / 1_000) || 0;
}

function openFiles(): number {
  try {
    return fs.readdirSync(OPEN_FILES).length;
  } catch {
    return 0;
  }
}
