import { HttpService } from '@nestjs/axios';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { isAxiosError, isCancel, type AxiosResponse } from 'axios';
import { Clock } from '../common/clock.js';
import { isAllowedHost, targetProblem } from '../common/base-url.js';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from './scheduler.options.js';
import { transportVerdict } from './transport-failure.js';
import { UpstreamAgents, type AgentPair } from './upstream-agents.js';
import type { UpstreamLine } from './upstream-line.js';
import { readBody, readRetryAfter, type UpstreamAnswer, type UpstreamFailure, type UpstreamReply } from './upstream-reply.js';

export interface UpstreamRequest {
  method: 'GET' | 'POST' | 'PUT';
  url: URL;
  /** With the other side's key: never logged. */
  headers: Record<string, string>;
  /** As the content type among the headers says; null for none. */
  body: string | null;
  /** Of the whole exchange, from name lookup to the last byte. Not an idle time. */
  timeoutMs: number;
}

/**
 * The one way to an upstream, for all connectors and providers. No redirect is followed, no proxy used, no answer larger than allowed read, no
 * address of a private network called unless the operator allowed the host. No axios type or error leaves this file: they carry
 * the key and the patient.
 */
@Injectable()
export class UpstreamClient implements OnModuleDestroy {
  private readonly agents: UpstreamAgents;

  constructor(
    private readonly http: HttpService,
    private readonly clock: Clock,
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
  ) {
    this.agents = new UpstreamAgents(options.lookup);
  }

  onModuleDestroy(): void {
    this.agents.destroy();
  }

  /** A GET, in one try. Never throws. */
  async read(request: UpstreamRequest): Promise<UpstreamReply> {
    return this.refusal(request.url) ?? this.exchange(request, this.agents.ofReads(isAllowedHost(request.url, this.options.allowedHosts)));
  }

  /** A way for one write to the host of `url`; null where that may not be called. */
  lineTo(url: URL): UpstreamLine | null {
    return this.refusal(url) ? null : this.agents.line(url, isAllowedHost(url, this.options.allowedHosts));
  }

  /**
   * A request that changes something: once, on a connection of its own, so that "surely not sent" can be proved. `line`: one that leads
   * to its host, opened ahead; closed in the end. Never throws.
   */
  async write(request: UpstreamRequest, line: UpstreamLine | null = null): Promise<UpstreamReply> {
    const refusal = this.refusal(request.url);
    if (refusal) return refusal;
    const way = line?.leadsTo(request.url) ? line : this.agents.line(request.url, isAllowedHost(request.url, this.options.allowedHosts));
    const endMs = this.clock.monotonicMs() + request.timeoutMs;
    way.sendsUntil(() => this.clock.monotonicMs() >= endMs);
    try {
      const reply = await this.exchange(request, way.agents);
      return reply.kind === 'failed' ? { ...reply, isSurelyUnsent: !way.mayHaveSent } : reply;
    } finally {
      way.close();
    }
  }

  /** Why the host may not be called at all; null where it may. */
  refusal(url: URL): UpstreamFailure | null {
    const problem = targetProblem(url, this.options.allowedHosts);
    return (
      problem && { kind: 'failed', code: 'upstream-unreachable', isSurelyUnsent: true, status: null, detail: `not called: ${problem.code}` }
    );
  }

  private async exchange(request: UpstreamRequest, agents: AgentPair): Promise<UpstreamReply> {
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort();
    }, request.timeoutMs);
    try {
      return this.answer(await this.send(request, agents, deadline.signal));
    } catch (error) {
      return translate(error, deadline.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  }

  private send(request: UpstreamRequest, agents: AgentPair, signal: AbortSignal): Promise<AxiosResponse<Buffer>> {
    return this.http.axiosRef.request<Buffer>({
      method: request.method,
      url: request.url.href,
      headers: { ...request.headers, 'accept-encoding': 'gzip, deflate, br' },
      data: request.body ?? undefined,
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
      responseType: 'arraybuffer',
      validateStatus: () => true,
      maxRedirects: 0,
      maxContentLength: this.options.maxResponseBytes,
      maxBodyLength: this.options.maxResponseBytes,
      proxy: false,
      signal,
      httpAgent: agents.httpAgent,
      httpsAgent: agents.httpsAgent,
    });
  }

  private answer(response: AxiosResponse<Buffer>): UpstreamAnswer {
    const header = (name: string): string | null => {
      const value: unknown = response.headers[name];
      return typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : null;
    };
    return {
      kind: 'answered',
      status: response.status,
      body: readBody(header('content-type'), header('content-encoding'), response.data),
      etag: header('etag'),
      link: header('link'),
      retryAfterSeconds: readRetryAfter(header('retry-after'), this.clock.now()),
    };
  }
}

function translate(error: unknown, hasTimedOut: boolean): UpstreamFailure {
  const axiosError = isAxiosError(error) ? error : null;
  const code = axiosError?.code ?? null;
  const message = error instanceof Error ? error.message : '';
  const status = axiosError?.response?.status ?? null;
  const verdict = transportVerdict({
    code,
    hasTimedOut: hasTimedOut || isCancel(error),
    isTooLarge: message.startsWith('maxContentLength'),
    isBlockedAddress: /^DNS lookup .* is not allowed/.test(message),
    hadHeaders: status !== null,
  });
  return { kind: 'failed', isSurelyUnsent: false, status, ...verdict };
}
