package cn.gov.example.portal;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** A small portal that signs people in through Tongxing (通行). */
@SpringBootApplication
@ConfigurationPropertiesScan
public class PortalApplication {

    public static void main(String[] arguments) {
        // Milliseconds. Spring Security's own calls to the provider wait for ever unless the JDK is
        // told otherwise.
        System.setProperty("sun.net.client.defaultConnectTimeout", "5000");
        System.setProperty("sun.net.client.defaultReadTimeout", "10000");
        SpringApplication.run(PortalApplication.class, arguments);
    }
}
