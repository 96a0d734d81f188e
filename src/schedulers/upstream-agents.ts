import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { EXTRA_DENIED_ADDRESSES } from '../common/special-addresses.js';

/** What axios takes: one of the two is used, by the URL's scheme. */
export interface AgentPair {
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
}

/** Connections of one request alone; `hasConnected` once bytes of the request may have left (for TLS: after the handshake). */
export interface WatchedAgentPair extends AgentPair {
  hasConnected: () => boolean;
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
    this.filtered = makePair(false, lookup, true);
    this.trusted = makePair(true, lookup, true);
  }

  /** Kept-alive connections, for requests that may be repeated. */
  pooled(isTrusted: boolean): AgentPair {
    return isTrusted ? this.trusted : this.filtered;
  }

  /**
   * A connection of its own, for a write: a reused one that the server is just closing would leave the outcome unknown, and only
   * on a fresh one is "never connected" a proof that nothing was sent.
   */
  single(isTrusted: boolean): WatchedAgentPair {
    const pair = makePair(isTrusted, this.lookup, false);
    let hasConnected = false;
    const onConnected = () => {
      hasConnected = true;
    };
    watch(pair.httpAgent, 'connect', onConnected);
    watch(pair.httpsAgent, 'secureConnect', onConnected);
    return { ...pair, hasConnected: () => hasConnected };
  }

  destroy(): void {
    for (const pair of [this.filtered, this.trusted]) destroyPair(pair);
  }
}

export function destroyPair(pair: AgentPair): void {
  pair.httpAgent.destroy();
  pair.httpsAgent.destroy();
}

function makePair(isTrusted: boolean, lookup: LookupFunction | undefined, isKeptAlive: boolean): AgentPair {
  const options = {
    keepAlive: isKeptAlive,
    allowPrivateIPAddress: isTrusted,
    allowMetaIPAddress: isTrusted,
    denyIPAddressList: isTrusted ? [] : EXTRA_DENIED_ADDRESSES,
    ...(isKeptAlive ? { maxSockets: MAX_SOCKETS_PER_HOST, maxFreeSockets: MAX_IDLE_SOCKETS_PER_HOST, timeout: IDLE_SOCKET_MS } : {}),
    ...(lookup ? { lookup } : {}),
  };
  return { httpAgent: new RequestFilteringHttpAgent(options), httpsAgent: new RequestFilteringHttpsAgent(options) };
}

/** Tells when a socket of this agent is ready to carry a request. */
function watch(agent: HttpAgent, event: 'connect' | 'secureConnect', onConnected: () => void): void {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = create(options, callback) as Socket | null | undefined;
    socket?.once(event, onConnected);
    return socket;
  };
}
