import { Option } from 'commander';
import type { Command } from 'commander';
import type { ExitCode, Host } from '../host.ts';
import type { FillCommand } from '../fill-command.ts';
import { addVerb, readCount, type Verb } from './add-verb.ts';
import { createEntities } from './create-entities.ts';
import { optionOf } from './fields.ts';
import type { Resource } from './resource.ts';
import { deleteEntities, getEntity, listEntities, updateEntity } from './verbs.ts';

const withArticle = (noun: string) => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
const manyReferences = (reference: string) => reference.replace(/>$/, '...>');

/** `postern <resource> list|get|create|update|delete`. */
export function fillResourceCommand(resource: Resource): FillCommand {
  return (command, host, done) => {
    addResourceVerbs(command, resource, host, done);
  };
}

export function addResourceVerbs(
  command: Command,
  resource: Resource,
  host: Host,
  done: (code: ExitCode) => void,
): void {
  for (const verb of [...readVerbs(resource), ...writeVerbs(resource)]) {
    addVerb(command, verb, host, done);
  }
}

function readVerbs(resource: Resource): readonly Verb[] {
  const { name, singular, examples, reference } = resource;
  return [
    {
      name: 'list',
      summary: `list ${name}`,
      argument: null,
      options: listOptions(resource),
      isWrite: false,
      asks: null,
      examples: examples.list,
      run: (session) => listEntities(session, resource),
    },
    {
      name: 'get',
      summary: `show one ${singular}`,
      argument: reference,
      options: consumerOptions(resource),
      isWrite: false,
      asks: null,
      examples: examples.get,
      run: (session) => getEntity(session, resource),
    },
  ];
}

function writeVerbs(resource: Resource): readonly Verb[] {
  const { singular, fields, changes = fields, examples, reference } = resource;
  const ifMatch = new Option('--if-match <etag>', 'only if nobody has changed it since');
  return [
    {
      name: 'create',
      summary: `create ${withArticle(singular)}, from options or a file`,
      argument: null,
      options: [...consumerOptions(resource), ...fields.map(optionOf), fileOption()],
      isWrite: true,
      // Before anything is known, nothing is to be asked; an application's name may be.
      asks: resource.isBelowConsumer ? () => false : null,
      examples: examples.create,
      run: (session) => createEntities(session, resource),
    },
    {
      name: 'update',
      summary: `change the named fields of ${withArticle(singular)}; an empty value removes one`,
      argument: reference,
      options: [...consumerOptions(resource), ...changes.map(optionOf), fileOption(), ifMatch],
      isWrite: true,
      asks: null,
      examples: examples.update,
      run: (session) => updateEntity(session, resource),
    },
    {
      name: 'delete',
      summary: `delete ${singular}s`,
      argument: manyReferences(reference),
      options: [...consumerOptions(resource), ifMatch],
      isWrite: true,
      asks: () => true,
      examples: examples.delete,
      run: (session) => deleteEntities(session, resource),
    },
  ];
}

function listOptions(resource: Resource): readonly Option[] {
  const selectTag = optionOf({
    name: 'select_tag',
    placeholder: '<tag>',
    description: 'only those with this tag; several = all of them, a/b = one of them',
    kind: 'list',
  });
  return [
    ...consumerOptions(resource),
    ...resource.filters.map(optionOf),
    ...(resource.hasTags ? [selectTag] : []),
    limitOption(),
  ];
}

export function limitOption(): Option {
  return new Option('--limit <n>', 'at most so many').argParser(readCount);
}

function fileOption(): Option {
  return new Option('-f, --file <file>', 'YAML or JSON with its fields, or - for standard input');
}

function consumerOptions({ isBelowConsumer }: Resource): readonly Option[] {
  return isBelowConsumer
    ? [
        new Option('--consumer <id|username>', 'the Consumer that it is about'),
        new Option('--application <id|name>', 'the application whose Consumer it is about'),
      ]
    : [];
}
