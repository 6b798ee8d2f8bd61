// `logging/setLevel` (legacy): from which level on a client wants the log messages of its calls. Modern clients say so in
// each call.

import { LOG_LEVELS, isLogLevel } from '../../call/log'
import { INVALID_PARAMS, METHOD_NOT_FOUND, fault } from '../protocol/json-rpc'
import type { Method } from './method'

export const setLevel: Method = (_server, { id, params, exchange: { connection } }) => {
  if (connection === undefined)
    return fault(METHOD_NOT_FOUND, 'method "logging/setLevel" is served in a session alone', { id })
  const { level } = params
  if (!isLogLevel(level)) return fault(INVALID_PARAMS, `params/level must be one of ${LOG_LEVELS.join(', ')}`, { id })
  connection.logLevel = level
  return { members: [] }
}
