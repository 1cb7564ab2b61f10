package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.RevalidationId;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Redis holds of some handshakes, in the words of {@link ReferenceReferee#snapshot()}. Read in one go. */
final class RefereeSnapshot {
    private static final Pattern SEQUENCE = Pattern.compile("^\\{\"seq\":(\\d+),");
    private static final Pattern ID = Pattern.compile("\"revalidation_id\":\"([^\"]+)\"");
    private static final String SCRIPT = """
            local all = {}
            for i = 1, #ARGV do
              local key = string.format('revalidation:%s:status', ARGV[i])
              local h = redis.call('HMGET', key, 'phase', 'referee_state', 'failure', 'referee_attempts', 'epoch', 'lost',
                'state', 'attempts', 'replay_of', 'replayed_by')
              local index, score, count = '', '0', 0
              for name, set in pairs({ normal = KEYS[3], returns = KEYS[4], deadlines = KEYS[5] }) do
                local at = redis.call('ZSCORE', set, ARGV[i])
                if at then index, score, count = name, at, count + 1 end
              end
              if count > 1 then index = 'several indexes' end
              if h[1] then
                all[i] = h[1] .. ' ' .. h[2] .. '(' .. (h[3] or '') .. ') attempts=' .. h[4] .. ' epoch=' .. h[5] ..
                  ' lost=' .. h[6] .. ' in=' .. index .. '@' .. score .. ' shown=' .. h[7] .. '/' .. h[8] ..
                  ' failed@' .. (redis.call('ZSCORE', KEYS[9], ARGV[i]) or '') .. ' replay=' .. (h[9] or '') .. '>' .. (h[10] or '')
              elseif h[7] then
                all[i] = 'foreign ' .. h[7] .. '/' .. h[8]
              else
                all[i] = ''
              end
            end
            return { all, redis.call('LRANGE', KEYS[1], 0, -1), redis.call('LRANGE', KEYS[2], 0, -1),
              redis.call('LLEN', KEYS[8]) }
            """;

    private RefereeSnapshot() {}

    static Map<String, String> of(RedisCommands<String, String> redis, List<String> ids) {
        List<Object> answer =
                redis.eval(SCRIPT, ScriptOutputType.MULTI, RedisKeys.forScripts(), ids.toArray(String[]::new));
        Map<String, String> all = new TreeMap<>();
        List<?> handshakes = (List<?>) answer.get(0);
        for (int i = 0; i < ids.size(); i++) {
            if (!handshakes.get(i).toString().isEmpty()) {
                all.put(ids.get(i), handshakes.get(i).toString());
            }
        }
        all.put("list normal", elements((List<?>) answer.get(1)));
        all.put("list returns", elements((List<?>) answer.get(2)));
        all.put("poison", answer.get(3).toString());
        return all;
    }

    /** As the reference has it; junk has neither id nor sequence. */
    static ReferenceReferee.Element element(String text) {
        Matcher sequence = SEQUENCE.matcher(text);
        Matcher id = ID.matcher(text);
        return id.find()
                ? new ReferenceReferee.Element(id.group(1), sequence.find() ? Long.parseLong(sequence.group(1)) : 0)
                : ReferenceReferee.Element.POISON;
    }

    static String statusKey(String id) {
        return RedisKeys.status(new RevalidationId(id));
    }

    private static String elements(List<?> texts) {
        return texts.stream().map(text -> element(text.toString())).toList().toString();
    }
}
