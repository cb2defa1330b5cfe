import type {
  CheckResponseMessage,
  DeniedHttpResponseMessage,
  HeaderValueOptionMessage,
  OkHttpResponseMessage,
  StructMessage,
  ValueMessage,
} from '../messages.ts';
import { WireWriter } from './wire-writer.ts';

const writer = new WireWriter();

/** Of messages that are sent again. */
const repeated = new WeakMap<CheckResponseMessage, Buffer>();

/** Serializes an `envoy.service.auth.v3.CheckResponse`; one that repeats is serialized once. */
export function encodeCheckResponse(message: CheckResponseMessage): Buffer {
  if (message.repeats !== true) return encode(message);
  const known = repeated.get(message);
  if (known !== undefined) return known;
  const bytes = encode(message);
  repeated.set(message, bytes);
  return bytes;
}

function encode(message: CheckResponseMessage): Buffer {
  writer.start();
  const { status, denied_response, ok_response, error_response, dynamic_metadata } = message;
  if (error_response !== undefined) writeDenied(5, error_response);
  if (dynamic_metadata !== undefined) writeStruct(4, dynamic_metadata);
  if (ok_response !== undefined) writeOk(3, ok_response);
  if (denied_response !== undefined) writeDenied(2, denied_response);
  writeStatus(1, status);
  return writer.finish();
}

/** `google.rpc.Status` and `envoy.type.v3.HttpStatus`; there even when its code is 0. */
function writeStatus(field: number, { code }: { readonly code: number }): void {
  const before = writer.length;
  if (code !== 0) writer.uint(1, code);
  writer.nested(field, before);
}

function writeOk(field: number, response: OkHttpResponseMessage): void {
  const before = writer.length;
  writeTexts(8, response.query_parameters_to_remove ?? none);
  writeOptions(6, response.response_headers_to_add ?? none);
  writeTexts(5, response.headers_to_remove);
  writeOptions(2, response.headers);
  writer.nested(field, before);
}

const none: readonly never[] = [];

function writeDenied(field: number, { status, headers, body }: DeniedHttpResponseMessage): void {
  const before = writer.length;
  if (body !== '') writer.text(3, body);
  writeOptions(2, headers);
  writeStatus(1, status);
  writer.nested(field, before);
}

function writeTexts(field: number, texts: readonly string[]): void {
  for (let index = texts.length - 1; index >= 0; index -= 1) writer.text(field, texts[index] ?? '');
}

function writeOptions(field: number, options: readonly HeaderValueOptionMessage[]): void {
  for (let index = options.length - 1; index >= 0; index -= 1) {
    const option = options[index];
    if (option !== undefined) writeOption(field, option);
  }
}

function writeOption(field: number, option: HeaderValueOptionMessage): void {
  const before = writer.length;
  if (option.keep_empty_value === true) writer.uint(4, 1);
  const action = appendActions[option.append_action];
  if (action !== 0) writer.uint(3, action);
  if (option.append !== undefined) writeTrue(2);
  writePair(1, option.header.key, option.header.value);
  writer.nested(field, before);
}

const appendActions = { APPEND_IF_EXISTS_OR_ADD: 0, OVERWRITE_IF_EXISTS_OR_ADD: 2 } as const;

/** `google.protobuf.BoolValue`. */
function writeTrue(field: number): void {
  const before = writer.length;
  writer.uint(1, 1);
  writer.nested(field, before);
}

/** `HeaderValue`. */
function writePair(field: number, key: string, value: string): void {
  const before = writer.length;
  if (value !== '') writer.text(2, value);
  if (key !== '') writer.text(1, key);
  writer.nested(field, before);
}

/** `google.protobuf.Struct`: a map, whose order says nothing. */
function writeStruct(field: number, { fields }: StructMessage): void {
  const before = writer.length;
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) writeEntry(1, name, value);
  }
  writer.nested(field, before);
}

function writeEntry(field: number, name: string, value: ValueMessage): void {
  const before = writer.length;
  writeValue(2, value);
  writer.text(1, name);
  writer.nested(field, before);
}

function writeValue(field: number, value: ValueMessage): void {
  const before = writer.length;
  if ('stringValue' in value) writer.text(3, value.stringValue);
  else if ('numberValue' in value) writer.double(2, value.numberValue);
  else if ('structValue' in value) writeStruct(5, value.structValue);
  else writeList(6, value.listValue.values);
  writer.nested(field, before);
}

function writeList(field: number, values: readonly ValueMessage[]): void {
  const before = writer.length;
  for (const value of values.toReversed()) writeValue(1, value);
  writer.nested(field, before);
}
