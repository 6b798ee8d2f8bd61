// Log messages of a call, as its closure writes them. The levels are those of syslog, as MCP has them.

import type { LogLevel } from '../../index'
import { describeUnknown, invalidOption } from '../border/options'

/** From the least severe to the most. Source: RFC 5424, section 6.2.1. */
export const LOG_LEVELS: readonly LogLevel[] = Object.freeze([
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
])

/** One log message. */
export interface LogMessage {
  readonly level: LogLevel
  /** The closure's own value: it may be anything. */
  readonly data: unknown
  /** The part of the tool that writes it. */
  readonly logger?: string
}

export function isLogLevel(value: unknown): value is LogLevel {
  return (LOG_LEVELS as readonly unknown[]).includes(value)
}

/** Whether a level is at least as severe as another one. */
export function isAsSevere(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least)
}

/** Makes a message of what a closure gives. Throws `INVALID_OPTIONS`. */
export function makeLogMessage(level: unknown, data: unknown, logger: unknown): LogMessage {
  if (!isLogLevel(level)) throw invalidOption('log.level', describeUnknown(level, LOG_LEVELS))
  if (logger !== undefined && typeof logger !== 'string') throw invalidOption('log.logger', 'must be a string')
  return logger === undefined ? { level, data } : { level, data, logger }
}
