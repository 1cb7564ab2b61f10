package dev.cachehandshake.protocol.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.protocol.CompleteableCommand;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection that is of no use any more though nobody has closed it, so that Lettuce makes a new one: to where the
 * address, or Sentinel, leads by then. That is one on which a command was not answered in its time and not a byte has come
 * since it was sent (the host vanished, or something in between forgot the connection: TCP alone would notice after many
 * minutes, or never), and one whose server says that it is no master any more. Thread-safe.
 */
public final class DeadConnections implements NettyCustomizer {
    private static final Logger log = LoggerFactory.getLogger(DeadConnections.class);

    private final OutageLog outages;

    public DeadConnections(OutageLog outages) {
        this.outages = outages;
    }

    @Override
    public void afterChannelInitialized(Channel channel) {
        AtomicLong heardAt = new AtomicLong(System.nanoTime());
        // The first one sees the bytes that come in, the last one the commands that go out.
        channel.pipeline().addFirst("heard", new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object bytes) {
                heardAt.set(System.nanoTime());
                context.fireChannelRead(bytes);
            }
        });
        channel.pipeline().addLast("asked", new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
                watch(channel, heardAt, message);
                super.write(context, message, promise);
            }
        });
    }

    private void watch(Channel channel, AtomicLong heardAt, Object message) {
        if (message instanceof Collection<?> several) {
            several.forEach(one -> watch(channel, heardAt, one));
        } else if (message instanceof CompleteableCommand<?> command) {
            long askedAt = System.nanoTime();
            command.onComplete((answer, failure) -> {
                if (isSilence(failure) && heardAt.get() - askedAt < 0) {
                    giveUp(channel, "not a byte came in time");
                } else if (isNoMaster(failure)) {
                    // The one who asked may be told only after others have found no connection.
                    outages.madeAnew();
                    giveUp(channel, failure.getMessage());
                }
            });
        }
    }

    /** Who waits cancels a command when its time has passed, unless the client was faster. */
    private static boolean isSilence(Throwable failure) {
        return failure instanceof RedisCommandTimeoutException || failure instanceof CancellationException;
    }

    /** Redis 6 hides the code in the message when a script meets it. */
    private static boolean isNoMaster(Throwable failure) {
        return failure instanceof RedisCommandExecutionException said
                && said.getMessage() != null
                && (said.getMessage().contains("READONLY") || said.getMessage().contains("MASTERDOWN"));
    }

    private static void giveUp(Channel channel, String why) {
        if (channel.isOpen()) {
            log.debug("the connection to {} is given up: {}", channel.remoteAddress(), why);
            // Nobody needs to know when: who has commands under way on it hears of it.
            var unused = channel.close();
        }
    }
}
