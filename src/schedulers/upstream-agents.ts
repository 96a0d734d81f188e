import type { Agent, AgentOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent, type RequestFilteringAgentOptions } from 'request-filtering-agent';
import { onlyPublic } from './public-lookup.js';
import { UpstreamLine } from './upstream-line.js';

/** What axios takes: one of the two is used, by the URL's scheme. */
export interface AgentPair {
  httpAgent: Agent;
  httpsAgent: Agent;
}

/**
 * The ways out. No connection is kept for another request: what a server sends on it after its answer, a second answer perhaps, cannot
 * be told from the answer to the next request, and an empty list that was meant for another question is a patient told untrue. Node
 * itself notices such bytes only if they come before that request. How many connections there are at once, the gates of the hospitals
 * and the slots of the providers bound.
 *
 * The agents of reads are two pairs for all, for the sake of their TLS sessions, which are resumed. The filtering happens at connect, on the address
 * itself, so a name that changes its address after the check (DNS rebinding) is refused as well: by the rule that judges what is
 * saved, and by the agent's own list, which knows fewer addresses, beneath it.
 */
export class UpstreamAgents {
  private readonly filtered: AgentPair;
  private readonly trusted: AgentPair;

  constructor(private readonly lookup: LookupFunction | undefined) {
    this.filtered = pairOf(false, lookup);
    this.trusted = pairOf(true, lookup);
  }

  /** For requests that may be repeated. */
  ofReads(isTrusted: boolean): AgentPair {
    return isTrusted ? this.trusted : this.filtered;
  }

  /** A connection of its own, for a write. */
  line(url: URL, isTrusted: boolean): UpstreamLine {
    const options = agentOptions(isTrusted, this.lookup);
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

function pairOf(isTrusted: boolean, lookup: LookupFunction | undefined): AgentPair {
  const options = agentOptions(isTrusted, lookup);
  return { httpAgent: new RequestFilteringHttpAgent(options), httpsAgent: new RequestFilteringHttpsAgent(options) };
}

function agentOptions(isTrusted: boolean, lookup: LookupFunction | undefined): AgentOptions & RequestFilteringAgentOptions {
  return {
    keepAlive: false,
    allowPrivateIPAddress: isTrusted,
    allowMetaIPAddress: isTrusted,
    ...(isTrusted ? lookup && { lookup } : { lookup: onlyPublic(lookup) }),
  };
}
