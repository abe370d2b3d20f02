-- What the other scripts begin with: now is the time in ms since 1970, as text.
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
