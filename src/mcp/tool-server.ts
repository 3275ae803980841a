/** Speaks the Model Context Protocol for a set of tools; what does not fit is an answer of the tool, in our words. */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { BotError, toBotError } from '../domain/errors.ts';
import { checked, withoutAdded } from '../http/misfits.ts';
import { nearest } from '../lib/nearest.ts';
import { code, list } from '../questions/say.ts';

/** A tool without its name. */
export interface Tool {
  readonly title: string;
  readonly description: string;
  readonly takes: z.ZodObject;
  /** Answers arguments that fit. @throws BotError */
  run(given: unknown, signal: AbortSignal): Promise<CallToolResult>;
}

/** Makes a tool whose answer knows what its arguments are. */
export function defineTool<Shape extends z.ZodRawShape>(tool: {
  readonly title: string;
  readonly description: string;
  readonly takes: Shape;
  run(given: z.output<z.ZodObject<Shape>>, signal: AbortSignal): Promise<CallToolResult>;
}): Tool {
  // hosts may add arguments of their own
  const takes = z.object(tool.takes);
  const strict = z.strictObject(tool.takes);
  return {
    ...tool,
    takes,
    run: (given, signal) => tool.run(checked(strict, withoutAdded(strict, given), 'call'), signal),
  };
}

/** Makes a server of these tools, by their names; it is not connected yet. All of them only read. */
export function makeServer(
  tools: Readonly<Record<string, Tool>>,
  { version, instructions }: { readonly version: string; readonly instructions: string },
): Server {
  const server = new Server({ name: 'glimpse', version }, { capabilities: { tools: {} }, instructions });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.entries(tools).map(([name, { title, description, takes }]) => ({
      name,
      title,
      description,
      inputSchema: z.toJSONSchema(takes, { io: 'input' }) as { type: 'object' },
      annotations: { readOnlyHint: true, openWorldHint: true },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, ({ params: { name, arguments: given = {} } }, { signal }) =>
    answered(async () => toolNamed(name, tools).run(given, signal)),
  );
  return server;
}

function toolNamed(name: string, tools: Readonly<Record<string, Tool>>): Tool {
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (tool) return tool;
  const [meant] = nearest(name, Object.keys(tools), 1);
  const hint =
    meant === undefined ? `There are ${list(Object.keys(tools).map(code))}.` : `Did you mean ${code(meant)}?`;
  throw new BotError('HTTP_NOT_FOUND', `No tool is called ${code(name)}. ${hint}`);
}

/** A refusal is an answer of the tool, with what would work. */
async function answered(work: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await work();
  } catch (thrown) {
    const { code: why, message, details } = toBotError(thrown);
    const { suggestions = [] } = details;
    const works = suggestions.length > 0 ? `\nThese work: ${suggestions.join(' · ')}` : '';
    return { isError: true, content: [{ type: 'text', text: `${why}: ${message}${works}` }] };
  }
}
