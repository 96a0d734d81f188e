import type { Agent, AgentOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent, type RequestFilteringAgentOptions } from 'request-filtering-agent';
import { EXTRA_DENIED_ADDRESSES } from '../common/special-addresses.js';
import { UpstreamLine } from './upstream-line.js';

/** What axios takes: one of the two is used, by the URL's scheme. */
export interface AgentPair {
  httpAgent: Agent;
  httpsAgent: Agent;
}

/** A hospital gets at most this many connections at once from one copy of the hub; more wait, within their deadline. */
const MAX_SOCKETS_PER_HOST = 64;
const MAX_IDLE_SOCKETS_PER_HOST = 8;
/** Shorter than the usual idle limits of servers and balancers, so that a reused connection is rarely one they have just closed. */
const IDLE_SOCKET_MS = 4_000;

/**
 * The agents of reads: two pairs for all hospitals, pooled by Node per host. The filtering happens at connect, on the address
 * itself, so a name that changes its address after the check (DNS rebinding) is refused as well.
 */
export class UpstreamAgents {
  private readonly filtered: AgentPair;
  private readonly trusted: AgentPair;

  constructor(private readonly lookup: LookupFunction | undefined) {
    this.filtered = pooledPair(false, lookup);
    this.trusted = pooledPair(true, lookup);
  }

  /** Kept-alive connections, for requests that may be repeated. */
  pooled(isTrusted: boolean): AgentPair {
    return isTrusted ? this.trusted : this.filtered;
  }

  /** A connection of its own, for a write. */
  line(url: URL, isTrusted: boolean): UpstreamLine {
    const options = agentOptions(isTrusted, this.lookup, false);
    return new UpstreamLine(
      url,
      url.protocol === 'https:' ? new RequestFilteringHttpsAgent(options) : new RequestFilteringHttpAgent(options),
    );
  }

  destroy(): void {
    for (const { httpAgent, httpsAgent } of [this.filtered, this.trusted]) {
      httpAgent.destroy();
      httpsAgent.destroy();
    }
  }
}

function pooledPair(isTrusted: boolean, lookup: LookupFunction | undefined): AgentPair {
  const options = agentOptions(isTrusted, lookup, true);
  return { httpAgent: new RequestFilteringHttpAgent(options), httpsAgent: new RequestFilteringHttpsAgent(options) };
}

function agentOptions(
  isTrusted: boolean,
  lookup: LookupFunction | undefined,
  isKeptAlive: boolean,
): AgentOptions & RequestFilteringAgentOptions {
  return {
    keepAlive: isKeptAlive,
    allowPrivateIPAddress: isTrusted,
    allowMetaIPAddress: isTrusted,
    denyIPAddressList: isTrusted ? [] : EXTRA_DENIED_ADDRESSES,
    ...(isKeptAlive ? { maxSockets: MAX_SOCKETS_PER_HOST, maxFreeSockets: MAX_IDLE_SOCKETS_PER_HOST, timeout: IDLE_SOCKET_MS } : {}),
    ...(lookup ? { lookup } : {}),
  };
}
