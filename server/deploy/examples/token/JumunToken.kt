// Prints a token with which a page of the shop rings: JUMUN_KID=… JUMUN_KEY=… kotlin JumunTokenKt USER NAME MART
import com.fasterxml.jackson.databind.ObjectMapper
import java.time.Instant
import java.util.Base64
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

private val base64 = Base64.getUrlEncoder().withoutPadding()

/**
 * A JWT (RFC 7519), signed with the key that jumun lent to the shop: its "kid" and "k". user is whoever is logged in to the
 * shop, mart is one that this user may see.
 */
fun jumunToken(kid: String, k: String, user: String, name: String, mart: String): String {
    val now = Instant.now().epochSecond
    val claims = mapOf("aud" to "jumun", "sub" to user, "name" to name, "role" to "device",
        "marts" to listOf(mart), "iat" to now, "exp" to now + 8 * 3600)
    val text = listOf(mapOf("alg" to "HS256", "kid" to kid), claims)
        .joinToString(".") { base64.encodeToString(ObjectMapper().writeValueAsBytes(it)) }
    val mac = Mac.getInstance("HmacSHA256")
    mac.init(SecretKeySpec(Base64.getUrlDecoder().decode(k), "HmacSHA256"))
    return text + "." + base64.encodeToString(mac.doFinal(text.toByteArray()))
}

fun main(args: Array<String>) =
    println(jumunToken(System.getenv("JUMUN_KID"), System.getenv("JUMUN_KEY"), args[0], args[1], args[2]))
